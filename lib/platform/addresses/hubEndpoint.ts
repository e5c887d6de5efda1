/** The hub's address as people write it, and which other addresses lie below it. Pure. */
import { isLoopback } from './loopback';

export const DEFAULT_HUB_ENDPOINT = 'https://huggingface.co';

const PUBLIC_HUB_NAMES = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);

/** An address as every host reads it, or undefined for what is none. */
export function urlOf(address: string, base?: URL): URL | undefined {
  try {
    return new URL(address, base?.href);
  } catch {
    // Not an address, which is the answer.
    return undefined;
  }
}

/** Whether the public hub answers there, whatever of its names is written. */
export function isPublicHub({ hostname, port }: URL): boolean {
  return PUBLIC_HUB_NAMES.has(hostname) && port === '';
}

/** An endpoint without a trailing slash, or what is wrong: the end of a sentence about the setting. */
export type StatedEndpoint =
  { endpoint: string; problem?: never } | { endpoint?: never; problem: string };

/**
 * The endpoint that a setting states; it may lie below a path, as a company's mirror does.
 * `problem` never repeats the text: a token that was put into the wrong setting stays unseen.
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

// `new URL` has resolved the other ways to climb; a server may read these, too.
const CLIMBING = /(^|[/\\]|%2f|%5c)(\.|%2e){2}($|[/\\]|%2f|%5c)/i;

/**
 * What follows the endpoint in an address, with the query: `/{repo}/resolve/{revision}/{path}`.
 * Undefined for what lies elsewhere. Origins are compared whole and paths by their segments:
 * the beginning of a name is another name.
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
