/** The first half of a sign-in with PKCE (RFC 7636): the address to open, and how the answer is read. Pure. */
import { ModelError } from '../../errors';
import { urlOf } from '../../platform/addresses/hubEndpoint';
import { sha256 } from '../../platform/shared/sha256';

/** Nothing private can be read with these: the account's name, and public repositories whose owners gave access. */
export const SCOPES = 'openid gated-repos';

/** What stays here while a person is on the hub's page. */
export interface SignInAttempt {
  readonly verifier: string;
  /** Comes back with the answer, which is nobody's otherwise. */
  readonly state: string;
  readonly redirectUri: string;
}

/** `randomText` as `HubSignIn.randomText`. */
export function beginAttempt(randomText: () => string, redirectUri: string): SignInAttempt {
  return { verifier: randomText(), state: randomText(), redirectUri };
}

export function authorizeAddress(
  authorizationEndpoint: string,
  clientId: string,
  { verifier, state, redirectUri }: SignInAttempt,
): string {
  const parameters = {
    ...{ client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: SCOPES },
    ...{ state, code_challenge: challengeOf(verifier), code_challenge_method: 'S256' },
  };
  const pairs = Object.entries(parameters).map((pair) => pair.map(encodeURIComponent).join('='));
  return `${authorizationEndpoint}?${pairs.join('&')}`;
}

export function challengeOf(verifier: string): string {
  return base64url(sha256(verifier));
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// Written by hand, because no host-independent function makes it from bytes.
function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    const count = Math.min(3, bytes.length - at) + 1;
    for (let place = 0; place < count; place += 1) {
      text += LETTERS.charAt((bits >> (18 - place * 6)) & 63);
    }
  }
  return text;
}

/**
 * The code in the address to which the hub sent the person back.
 * @throws ModelError SIGN_IN_FAILED for a refusal, another attempt's answer, or another address
 */
export function readSentBack(address: string, { state, redirectUri }: SignInAttempt): string {
  const failed = (why: 'denied' | 'client' | 'unexpected') =>
    new ModelError('SIGN_IN_FAILED', { host: urlOf(address)?.host ?? '', why });
  const isOurs = address === redirectUri || address.startsWith(`${redirectUri}?`);
  const answer = isOurs ? parametersOf(address) : undefined;
  if (answer?.get('state') !== state) throw failed('unexpected');
  const error = answer.get('error');
  if (error === 'access_denied') throw failed('denied');
  if (error === 'invalid_client' || error === 'unauthorized_client') throw failed('client');
  const code = answer.get('code');
  if (error !== undefined || code === undefined || code === '') throw failed('unexpected');
  return code;
}

/** Undefined for an address that no server sends. A name that comes twice has the first value. */
function parametersOf(address: string): Map<string, string> | undefined {
  const query = (address.split('#')[0] ?? '').split('?')[1] ?? '';
  const found = new Map<string, string>();
  try {
    for (const pair of query.split('&')) {
      const [name = '', value = ''] = pair
        .split('=')
        .map((text) => decodeURIComponent(text.replaceAll('+', ' ')));
      if (!found.has(name)) found.set(name, value);
    }
  } catch {
    // An invalid percent escape.
    return undefined;
  }
  return found;
}
