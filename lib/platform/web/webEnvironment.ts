/** Reads what the server of the app decided: two optional files next to it. */
import { isModelError, ModelError } from '../../errors';
import type { AppEnvironment } from '../types';
import { fetchSafely, readText } from './webFetch';

const DEFAULT_HUB = 'https://huggingface.co';
const LARGEST_CONFIG_BYTES = 64 * 1024;
const LARGEST_CATALOG_BYTES = 2 * 1024 * 1024;

/** Absent files mean defaults. @throws ModelError INTERNAL for a `config.json` that can't be obeyed. */
export async function readWebEnvironment(baseUrl = location.origin): Promise<AppEnvironment> {
  const [configText, catalogText] = await Promise.all([
    readOptional(`${baseUrl}/config.json`, LARGEST_CONFIG_BYTES),
    readOptional(`${baseUrl}/catalog.json`, LARGEST_CATALOG_BYTES),
  ]);
  return { hubEndpoint: parseHubEndpoint(configText), catalogText };
}

/** The text, cut one character past the limit so that whoever parses it sees that it is too long. */
async function readOptional(url: string, maxBytes: number): Promise<string | undefined> {
  try {
    const response = await fetchSafely(url);
    const contentType = response.headers.get('content-type') ?? '';
    // A server for single-page apps answers any address with the page.
    const isThere = response.ok && !contentType.startsWith('text/html');
    if (isThere) {
      const { text, isWhole } = await readText(response, maxBytes);
      return isWhole ? text : text.padEnd(maxBytes + 1);
    }
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    // The server is gone while the page is still here: models on this device work without it.
    if (isModelError(error)) return undefined;
    throw error;
  }
}

// Not obeying silently would send a person's requests to a hub that the operator didn't choose.
function parseHubEndpoint(configText: string | undefined): string {
  if (configText === undefined) return DEFAULT_HUB;
  const endpoint = parseObject(configText)['hfEndpoint'];
  if (endpoint === undefined) return DEFAULT_HUB;
  const url =
    typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isWeb) throw invalid('hfEndpoint is no http(s) address');
  return url.origin;
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
