/** Reads what the server of the app decided: two optional files next to it. */
import { watchSilence, type Patience, type Watch } from '../../download/flow/watchSilence';
import { isModelError, ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT, readEndpoint } from '../addresses/hubEndpoint';
import { systemClock } from '../shared/systemClock';
import type { AppEnvironment, Clock } from '../types';
import { fetchSafely, readText } from './files/webFetch';

const LARGEST_CONFIG_BYTES = 64 * 1024;
const LARGEST_CATALOG_BYTES = 2 * 1024 * 1024;
/** The page shows nothing before these two are read, and their server has just sent the page itself. */
const PATIENCE: Patience = { silentMs: 10_000, floorMs: 20_000, floorBytes: 20 * 1024 };

/** Absent files mean defaults. @throws ModelError INTERNAL for a `config.json` that can't be obeyed. */
export async function readWebEnvironment(
  baseUrl = location.origin,
  clock: Clock = systemClock,
): Promise<AppEnvironment> {
  const read = (name: string, maxBytes: number) => {
    const url = `${baseUrl}/${name}`;
    const request = (watch: Watch) => readOptional(url, maxBytes, watch);
    return unlessUnreachable(
      watchSilence(clock, { url, patience: PATIENCE, request }, new AbortController().signal),
    );
  };
  const [configText, catalogText] = await Promise.all([
    read('config.json', LARGEST_CONFIG_BYTES),
    read('catalog.json', LARGEST_CATALOG_BYTES),
  ]);
  return { hubEndpoint: parseHubEndpoint(configText), catalogText };
}

/** The text, cut one character past the limit so that whoever parses it sees that it is too long. */
async function readOptional(
  url: string,
  maxBytes: number,
  { signal, onProgress }: Watch,
): Promise<string | undefined> {
  const response = await fetchSafely(url, { signal });
  const contentType = response.headers.get('content-type') ?? '';
  // A server for single-page apps answers any address with the page.
  const isThere = response.ok && !contentType.startsWith('text/html');
  if (isThere) {
    const { text, isWhole } = await readText(response, { maxBytes, onProgress }, signal);
    return isWhole ? text : text.padEnd(maxBytes + 1);
  }
  await response.body?.cancel();
  return undefined;
}

// The server is gone, or silent, while the page is still here: models on this device work without it.
async function unlessUnreachable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isModelError(error)) return undefined;
    throw error;
  }
}

// Not obeying silently would send a person's requests to a hub that the operator didn't choose.
function parseHubEndpoint(configText: string | undefined): string {
  if (configText === undefined) return DEFAULT_HUB_ENDPOINT;
  const stated = parseObject(configText)['hfEndpoint'];
  if (stated === undefined) return DEFAULT_HUB_ENDPOINT;
  if (typeof stated !== 'string') throw invalid('hfEndpoint is no text');
  const { endpoint, problem } = readEndpoint(stated);
  if (endpoint === undefined) throw invalid(`hfEndpoint ${problem}`);
  return endpoint;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  throw invalid('it is no object');
}

function invalid(reason: string, cause?: unknown): ModelError {
  return new ModelError('INTERNAL', { reason: `config.json: ${reason}` }, { cause });
}
