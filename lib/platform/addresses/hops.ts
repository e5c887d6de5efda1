/** Which addresses a request may visit on its way, and where the token may go. Pure. */
import { ModelError } from '../../errors';
import { addressBelow, urlOf } from './hubEndpoint';
import { isLoopback } from './loopback';

const MAX_HOPS = 10;

export interface HubAccess {
  hubEndpoint: string;
  /** What is sent to the endpoint and below it, and to nobody else; asked for when it is about to be sent. */
  token: (() => string | undefined) | undefined;
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

/** @throws ModelError REDIRECT_UNSAFE when `hops` redirects were followed already and one more is asked for. */
export function checkHopCount(hops: number, url: URL): void {
  if (hops < MAX_HOPS) return;
  const reason = `more than ${String(MAX_HOPS)} redirects`;
  throw new ModelError('REDIRECT_UNSAFE', { host: url.host, reason });
}

/** The sign-in for one hop. Below the endpoint's path alone: beside a mirror others may answer at its origin. */
export function authorizationFor(url: URL, access: HubAccess): Record<string, string> {
  const isEndpoint = addressBelow(url, access.hubEndpoint) !== undefined;
  const token = isEndpoint ? access.token?.() : undefined;
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
