/** Reads the settings of the app's server: two optional files next to the app. */
import { watchSilence, type Patience, type Watch } from '../../download/flow/watchSilence';
import { isModelError, ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT, readEndpoint } from '../addresses/hubEndpoint';
import { systemClock } from '../shared/systemClock';
import type { AppEnvironment, CatalogTrust, Clock } from '../types';
import { fetchSafely, readText } from './files/webFetch';
import { appPath } from './webAssets';

const LARGEST_CONFIG_BYTES = 64 * 1024;
const LARGEST_CATALOG_BYTES = 2 * 1024 * 1024;
const LARGEST_SIGNATURE_BYTES = 512 * 1024;
/** Short, because the page shows nothing before the two files are read, and their server has just sent the page. */
const PATIENCE: Patience = { silentMs: 10_000, floorMs: 20_000, floorBytes: 20 * 1024 };

/** Absent files mean defaults. @throws ModelError INTERNAL for a `config.json` with an unusable setting. */
export async function readWebEnvironment(
  baseUrl = location.origin + appPath(),
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
  const config = configText === undefined ? {} : parseObject(configText);
  const oauthClientId = parseClientId(config);
  const environment = { hubEndpoint: parseHubEndpoint(config), catalogText, oauthClientId };
  const catalogTrust = parseCatalogTrust(config);
  if (catalogTrust === undefined) return environment;
  const catalogSignature = await read('catalog.signature.json', LARGEST_SIGNATURE_BYTES);
  return { ...environment, catalogTrust, catalogSignature };
}

/** The text, cut one character past the limit, so that the parser sees that it is too long. */
async function readOptional(
  url: string,
  maxBytes: number,
  { signal, onProgress }: Watch,
): Promise<string | undefined> {
  const response = await fetchSafely(url, { signal });
  const contentType = response.headers.get('content-type') ?? '';
  // A server for single-page apps answers any address with the page; 204 says that there is none.
  const isThere = response.ok && response.status !== 204 && !contentType.startsWith('text/html');
  if (isThere) {
    const { text, isWhole } = await readText(response, { maxBytes, onProgress }, signal);
    return isWhole ? text : text.padEnd(maxBytes + 1);
  }
  await response.body?.cancel();
  return undefined;
}

// Undefined when the server is gone or silent: the loaded page can use models on this device without it.
async function unlessUnreachable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isModelError(error)) return undefined;
    throw error;
  }
}

// To ignore an unusable setting would send requests to a hub that the operator didn't choose.
function parseHubEndpoint(config: Record<string, unknown>): string {
  const stated = config['hfEndpoint'];
  if (stated === undefined) return DEFAULT_HUB_ENDPOINT;
  if (typeof stated !== 'string') throw invalid('hfEndpoint is no text');
  const { endpoint, problem } = readEndpoint(stated);
  if (endpoint === undefined) throw invalid(`hfEndpoint ${problem}`);
  return endpoint;
}

function parseClientId(config: Record<string, unknown>): string | undefined {
  const stated = config['oauthClientId'];
  if (stated === undefined || stated === '') return undefined;
  if (typeof stated !== 'string') throw invalid('oauthClientId is no text');
  return stated;
}

// To ignore an unusable root would mean using every catalog.
function parseCatalogTrust(config: Record<string, unknown>): CatalogTrust | undefined {
  const { catalogRoot, allowsUnsignedCatalog = false } = config;
  if (catalogRoot === undefined) return undefined;
  if (typeof catalogRoot !== 'string') throw invalid('catalogRoot is no text');
  return { rootText: catalogRoot, allowsUnsigned: allowsUnsignedCatalog === true };
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
