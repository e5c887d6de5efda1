/** Which addresses a request may visit on its way, and where the token may go. Pure. */
import { ModelError } from '../errors';
import { isLoopback } from './loopback';

const MAX_HOPS = 10;

export interface HubAccess {
  hubEndpoint: string;
  /** Sent to the endpoint's own origin and to nobody else. */
  token: string | undefined;
}

/**
 * The address itself where it may be asked.
 * @throws ModelError REDIRECT_UNSAFE for anything but https, for credentials in the address, and
 * for http, except from this computer to itself when the hub's endpoint is on it too.
 */
export function checkedHop(address: string, base: URL | undefined, access: HubAccess): URL {
  const refuse = (host: string, reason: string) =>
    new ModelError('REDIRECT_UNSAFE', { host, reason });
  const from = base?.host ?? '';
  const url = parsed(address, base);
  if (!url) throw refuse(from, 'the address can’t be read');
  if (url.username !== '' || url.password !== '') {
    throw refuse(url.host, 'the address carries a name or a password');
  }
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw refuse(from, `the scheme ${url.protocol}`);
  if (base?.protocol === 'https:') throw refuse(url.host, 'from https to http');
  if (isLoopback(url) && isLoopback(new URL(access.hubEndpoint))) return url;
  throw refuse(url.host, 'http isn’t protected');
}

function parsed(address: string, base: URL | undefined): URL | undefined {
  try {
    return new URL(address, base?.href);
  } catch {
    // Not an address: the caller says so.
    return undefined;
  }
}

/** @throws ModelError REDIRECT_UNSAFE when `hops` redirects were followed already and one more is asked for. */
export function checkHopCount(hops: number, url: URL): void {
  if (hops < MAX_HOPS) return;
  const reason = `more than ${String(MAX_HOPS)} redirects`;
  throw new ModelError('REDIRECT_UNSAFE', { host: url.host, reason });
}

/** The sign-in for one hop. Origins are compared whole: a prefix of a host is another host. */
export function authorizationFor(url: URL, access: HubAccess): Record<string, string> {
  if (access.token === undefined) return {};
  const isEndpoint = url.origin === new URL(access.hubEndpoint).origin;
  return isEndpoint ? { authorization: `Bearer ${access.token}` } : {};
}
