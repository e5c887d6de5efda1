/** Decides which addresses a request may be sent or redirected to, and which of them may receive the token. Pure. */
import type { AnswerHead } from '../../download/answers/answerHead';
import { ModelError } from '../../errors';
import type { ServiceToken } from '../types';
import { addressBelow, urlOf } from './hubEndpoint';
import { isLoopback } from './loopback';

const MAX_HOPS = 10;

export interface HubAccess {
  hubEndpoint: string;
  /** Sent only to the endpoint and addresses below it. Called when the token is about to be sent. */
  token: (() => string | undefined) | undefined;
  /** Called with a token that the hub refused as such; `token` then no longer returns it. */
  onRefused?: ((token: string) => void) | undefined;
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
 * The token for one hop. Only for addresses below the endpoint's path: a mirror may share its origin with other
 * services. `own` is sent in place of the host's token; null sends none, and that of another service is sent to it alone.
 */
export function tokenFor(
  url: URL,
  access: HubAccess,
  own?: string | ServiceToken | null,
): string | undefined {
  const service = typeof own === 'object' ? own : undefined;
  const endpoint = service?.endpoint ?? access.hubEndpoint;
  if (own === null || addressBelow(url, endpoint) === undefined) return undefined;
  return typeof own === 'string' ? own : (service?.value ?? access.token?.());
}

/** The sign-in for one hop, as a header. */
export function authorizationFor(url: URL, access: HubAccess): Record<string, string> {
  return bearer(tokenFor(url, access));
}

export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/**
 * Whether the hub refused a request only because its token has expired or was revoked. It does so even for a public
 * file, which the same request without a token would get.
 * https://github.com/huggingface/sentence-transformers/issues/3436
 */
export function refusesToken({ status, header }: Pick<AnswerHead, 'status' | 'header'>): boolean {
  return status === 401 && /^invalid credentials/i.test(header('x-error-message') ?? '');
}

/** A redirect of a request that carries secrets in its body is never followed. */
export function refuseRedirect(url: URL): ModelError {
  const reason = 'a sign-in was to be redirected';
  return new ModelError('REDIRECT_UNSAFE', { host: url.host, reason });
}
