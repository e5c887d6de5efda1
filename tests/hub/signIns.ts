/** The person who uses the hub, the secrets that it has issued, and the repositories that each of them opens. */
import { randomBytes } from 'node:crypto';
import type { HubRequest } from './reply';

/** Tokens by value, with the gated repositories to which each gives access. A list may grow while the hub runs. */
export type Tokens = Record<string, readonly string[]>;

/** The part of the hub that decides who is signed in, for tests. */
export interface SignIns {
  /** Whose page of the hub is open in the browser, and who answers for a device code. */
  readonly person: { name: string; fullname: string };
  /** Gated repositories that the person has asked for and whose owner has not decided. */
  readonly asked: ReadonlySet<string>;
  /** Gives the person access to a gated repository, for all tokens of theirs. */
  grant(repo: string): void;
  withdraw(repo: string): void;
  /** The person enters the code that a device shows. An unknown code is an error of the test. */
  approveDevice(userCode: string): void;
  denyDevice(userCode: string): void;
  /** Makes every access token that sign-ins have issued invalid; refresh tokens stay valid. */
  expireTokens(): void;
  /** Makes every issued refresh token invalid, too. */
  revokeAll(): void;
  /** Every code, access token and refresh token that was issued, valid or not. */
  readonly secrets: readonly string[];
  /** Requests that carried an issued access or refresh token anywhere but in the right header or body. */
  readonly leaks: readonly string[];
}

interface Issued {
  expiresAtMs: number;
  family: string;
}

export interface Bearers {
  /** Shared with the rest of the hub, which decides by it. */
  readonly tokens: Tokens;
  readonly person: SignIns['person'];
  readonly asked: Set<string>;
  readonly secrets: string[];
  readonly leaks: string[];
  /** Repositories that the person may read. */
  readonly granted: string[];
  issue(family: string): { accessToken: string; refreshToken: string };
  /** The family of a valid refresh token, which is used up by this. */
  takeRefresh(refreshToken: string): string | undefined;
  revoke(token: string): void;
  revokeFamily(family: string): void;
  expire(): void;
  revokeAll(): void;
  /** As at the start: nobody has signed in or asked for access. */
  reset(): void;
  /** Removes what has expired by now, and records leaks of the request. */
  watch(request: HubRequest): void;
}

export interface BearerOptions {
  tokens: Readonly<Tokens>;
  tokenTtlSeconds: number;
  nowMs: () => number;
}

/** Values begin like the token that tests look for everywhere, so that these are found by the same pattern. */
export function secretText(kind: string): string {
  return `hf_canary_${kind}_${randomBytes(16).toString('hex')}`;
}

export function createBearers({ tokens, tokenTtlSeconds, nowMs }: BearerOptions): Bearers {
  const all: Tokens = { ...tokens };
  const access = new Map<string, Issued>();
  const refresh = new Map<string, string>();
  const granted: string[] = [];
  const asked = new Set<string>();
  const [secrets, leaks]: [string[], string[]] = [[], []];

  const forget = (token: string) => {
    access.delete(token);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a table by value, as the options have it
    delete all[token];
  };
  const expire = () => {
    for (const token of [...access.keys()]) forget(token);
  };

  return {
    ...{ tokens: all, granted, asked, secrets, leaks, expire },
    person: { name: 'reader', fullname: 'A Reader' },
    issue(family) {
      const [accessToken, refreshToken] = [secretText('access'), secretText('refresh')];
      access.set(accessToken, { expiresAtMs: nowMs() + tokenTtlSeconds * 1000, family });
      refresh.set(refreshToken, family);
      all[accessToken] = granted;
      secrets.push(accessToken, refreshToken);
      return { accessToken, refreshToken };
    },
    takeRefresh(refreshToken) {
      const family = refresh.get(refreshToken);
      refresh.delete(refreshToken);
      return family;
    },
    revoke(token) {
      forget(token);
      refresh.delete(token);
    },
    revokeFamily(family) {
      for (const [token, issued] of access) if (issued.family === family) forget(token);
      for (const [token, own] of refresh) if (own === family) refresh.delete(token);
    },
    revokeAll() {
      expire();
      refresh.clear();
    },
    reset() {
      expire();
      refresh.clear();
      asked.clear();
      for (const list of [granted, secrets, leaks]) list.length = 0;
    },
    watch(request) {
      for (const [token, { expiresAtMs }] of access) if (nowMs() >= expiresAtMs) forget(token);
      leaks.push(...leaksOf(request, secrets));
    },
  };
}

function leaksOf({ origin, url, headers, body }: HubRequest, secrets: readonly string[]): string[] {
  const { authorization, ...others } = headers;
  const isAtHub = origin === 'hub';
  const places: Record<string, string> = {
    address:
      decodeURIComponent(url.search + url.hash).replace(/hf_canary_code_\w+/g, '') + url.pathname,
    header: JSON.stringify(others),
    ...(isAtHub ? {} : { authorization: authorization ?? '' }),
    ...(isAtHub && url.pathname.includes('/oauth/') ? {} : { body }),
  };
  return Object.entries(places)
    .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
    .map(([place]) => `${origin} ${url.pathname}: ${place}`);
}
