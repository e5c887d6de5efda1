/** Reads web addresses as people copy them. Accepts those with a clear meaning, refuses others with a reason. Pure. */
import {
  addressBelow,
  DEFAULT_HUB_ENDPOINT,
  isPublicHub,
  urlOf,
} from '../../platform/addresses/hubEndpoint';
import { isLoopback } from '../../platform/addresses/loopback';

/** Why an address can't be requested, as the end of a sentence about it; each is in `addressProblemWords`, too. */
export type AddressProblem =
  | 'must be an https address'
  | 'must not hold a name or a password'
  | 'must be an https address (http only on this computer)'
  | 'is http on this computer, which serves only beside a hub that is here, too (HF_ENDPOINT)'
  | typeof NO_FILE;

/** An address that may be requested, or its problem. */
export type WrittenAddress =
  { url: string; problem?: never } | { url?: never; problem: AddressProblem };

const PUBLIC_HUB_WITHOUT_SCHEME = /^(www\.)?(huggingface\.co|hf\.co)(\/|$)/i;

/** The address of a page or a file. All host names of the public hub become one. */
export function readWebAddress(written: string, hubEndpoint: string): WrittenAddress {
  const text = written.trim();
  const url = urlOf(PUBLIC_HUB_WITHOUT_SCHEME.test(text) ? `https://${text}` : text);
  if (!url) return { problem: 'must be an https address' };
  if (url.username !== '' || url.password !== '') {
    return { problem: 'must not hold a name or a password' };
  }
  if (isPublicHub(url) && /^https?:$/.test(url.protocol)) {
    return { url: DEFAULT_HUB_ENDPOINT + url.pathname + url.search };
  }
  const problem = schemeProblem(url, hubEndpoint);
  return problem === undefined ? { url: url.href } : { problem };
}

// The same rule as for each redirect of a request, checked before the request.
function schemeProblem(url: URL, hubEndpoint: string): AddressProblem | undefined {
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:' || !isLoopback(url)) {
    return 'must be an https address (http only on this computer)';
  }
  if (isLoopback(new URL(hubEndpoint))) return undefined;
  return 'is http on this computer, which serves only beside a hub that is here, too (HF_ENDPOINT)';
}

/**
 * The address of a file's bytes, also where a person copied the address of the page that shows the file.
 * In a hub's address, the parts after “?” and “#” concern only the page.
 */
export function readFileAddress(written: string, hubEndpoint: string): WrittenAddress {
  const address = readWebAddress(written, hubEndpoint);
  if (address.url === undefined) return address;
  const url = new URL(address.url);
  if (isPublicHub(url)) return fileOnHub(url, DEFAULT_HUB_ENDPOINT) ?? { problem: NO_FILE };
  if (addressBelow(url, hubEndpoint) !== undefined) return fileOnHub(url, hubEndpoint) ?? address;
  return fileInRepository(url) ?? address;
}

const NO_FILE =
  'names a page and no file: the address of a file has /resolve/ in it, such as …/resolve/main/model.gguf';

/** Undefined for an address that doesn't have the form of a hub's file. */
function fileOnHub(url: URL, endpoint: string): WrittenAddress | undefined {
  const path = addressBelow(url, endpoint)?.slice(0, -url.search.length || undefined) ?? '';
  const file = /^((?:\/[^/]+){1,3}?)\/(?:blob|resolve|raw)\/([^/]+\/.+)$/.exec(path);
  if (file?.[1] !== undefined && file[2] !== undefined) {
    return { url: `${endpoint}${file[1]}/resolve/${file[2]}` };
  }
  return /^(\/[^/]+){1,3}?\/(blob|tree)(\/|$)/.test(path) ? { problem: NO_FILE } : undefined;
}

/** GitHub and GitLab show a file's page at `blob` and send its bytes at `raw`. */
function fileInRepository(url: URL): WrittenAddress | undefined {
  const { origin, hostname, pathname } = url;
  const blob =
    hostname === 'github.com' ? /^(\/[^/]+\/[^/]+)\/blob(\/.+)$/ : /^(.+\/-)\/blob(\/.+)$/;
  const [, before, behind] = blob.exec(pathname) ?? [];
  if (before === undefined || behind === undefined) return undefined;
  return { url: `${origin}${before}/raw${behind}` };
}
