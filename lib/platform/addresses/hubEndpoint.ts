/** Reads the hub's address as people write it, and decides which other addresses lie below it. Pure. */
import { isLoopback } from './loopback';

export const DEFAULT_HUB_ENDPOINT = 'https://huggingface.co';

const PUBLIC_HUB_NAMES = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);

/** The parsed address, or undefined for a text that isn't an address. */
export function urlOf(address: string, base?: URL): URL | undefined {
  try {
    return new URL(address, base?.href);
  } catch {
    // Not an address: undefined says so.
    return undefined;
  }
}

/** Whether the address is the public hub's, under any of its names. */
export function isPublicHub({ hostname, port }: URL): boolean {
  return PUBLIC_HUB_NAMES.has(hostname) && port === '';
}

/** An endpoint without a trailing slash, or a problem, written as the end of a sentence about the setting. */
export type StatedEndpoint =
  { endpoint: string; problem?: never } | { endpoint?: never; problem: string };

/**
 * The endpoint that a setting states; it may lie below a path, as a company's mirror does.
 * `problem` never repeats the text, so that a token that was put into this setting by mistake isn't shown.
 */
export function readEndpoint(stated: string): StatedEndpoint {
  const url = urlOf(stated.trim());
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return { problem: 'has to be an https address, such as https://hub.example.com' };
  }
  const path = url.pathname.replace(/\/+$/, '');
  const problem = isPublicHub(url) ? publicHubProblem(url, path) : endpointProblem(url, path);
  if (problem !== undefined) return { problem };
  return { endpoint: isPublicHub(url) ? DEFAULT_HUB_ENDPOINT : url.origin + path };
}

function publicHubProblem(url: URL, path: string): string | undefined {
  if (hasSignIn(url)) return SIGN_IN;
  const isBare = path + url.search + url.hash === '';
  return isBare
    ? undefined
    : `names the public hub, whose address is ${DEFAULT_HUB_ENDPOINT} alone`;
}

function endpointProblem(url: URL, path: string): string | undefined {
  if (hasSignIn(url)) return SIGN_IN;
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return 'has to be an https address, or http on this computer';
  }
  if (url.search + url.hash !== '') return 'has a “?” or a “#” in it, which no endpoint has';
  return path.endsWith('/api') ? 'ends in /api, which belongs to the requests' : undefined;
}

const SIGN_IN = 'holds a name or a password; a hub takes a token in HF_TOKEN';

function hasSignIn({ username, password }: URL): boolean {
  return username + password !== '';
}

// `new URL` has already resolved plain `..` segments; a server may also treat these forms as `..`.
const CLIMBING = /(^|[/\\]|%2f|%5c)(\.|%2e){2}($|[/\\]|%2f|%5c)/i;

/**
 * The part of an address after the endpoint, with the query: `/{repo}/resolve/{revision}/{path}`.
 * Undefined for an address outside the endpoint. Origins are compared whole and paths by whole
 * segments: `/hub` isn't the beginning of `/hubs`.
 */
export function addressBelow(url: URL, hubEndpoint: string): string | undefined {
  const endpoint = new URL(hubEndpoint);
  if (url.origin !== endpoint.origin) return undefined;
  const path = endpoint.pathname.replace(/\/$/, '');
  const rest = url.pathname.slice(path.length);
  const isBelow = path === '' || (url.pathname === path + rest && rest.startsWith('/'));
  if (!isBelow || (path !== '' && CLIMBING.test(rest))) return undefined;
  return rest + url.search;
}
