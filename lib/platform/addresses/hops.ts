/** Decides which addresses a request may be sent or redirected to, and which of them may receive the token. Pure. */
import { ModelError } from '../../errors';
import { addressBelow, urlOf } from './hubEndpoint';
import { isLoopback } from './loopback';

const MAX_HOPS = 10;

export interface HubAccess {
  hubEndpoint: string;
  /** Sent only to the endpoint and addresses below it. Called when the token is about to be sent. */
  token: (() => string | undefined) | undefined;
}

/**
 * The parsed address, if a request may be sent to it.
 * @throws ModelError REDIRECT_UNSAFE for anything but https, for credentials in the address, and
 * for http, except from this computer to itself when the hub's endpoint is on it too.
 */
export function checkedHop(address: string, base: URL | undefined, access: HubAccess): URL {
  const refuse = (host: string, reason: string) =>
    new ModelError('REDIRECT_UNSAFE', { host, reason });
  const from = base?.host ?? '';
  const url = urlOf(address, base);
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

/**
 * @throws ModelError REDIRECT_UNSAFE when `hops` redirects were already followed and the limit allows no further one.
 */
export function checkHopCount(hops: number, url: URL): void {
  if (hops < MAX_HOPS) return;
  const reason = `more than ${String(MAX_HOPS)} redirects`;
  throw new ModelError('REDIRECT_UNSAFE', { host: url.host, reason });
}

/**
 * The sign-in for one hop. Only for addresses below the endpoint's path: a mirror may share its origin with other
 * services.
 */
export function authorizationFor(url: URL, access: HubAccess): Record<string, string> {
  const isEndpoint = addressBelow(url, access.hubEndpoint) !== undefined;
  const token = isEndpoint ? access.token?.() : undefined;
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
