/**
 * The sign-in to the hub: signs in and out, keeps the token fresh, and tells what is going on. No token leaves this
 * room but to the host's `HubSignIn`, which keeps it and sends it to the hub alone.
 */
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Platform, SignInRecord, SignInWay } from '../../platform/types';
import { createObservable } from '../observable';
import { awaitDevice, beginDevice } from './deviceCode';
import {
  askForToken,
  findEndpoints,
  refusedToken,
  revoke,
  signInFailure,
  whoIs,
  type HubAccountTools,
  type IssuedToken,
} from './hubAccount';
import { createTokenKeeper } from './keepToken';
import { authorizeAddress, beginAttempt, readSentBack } from './pkce';

export type AccessState =
  | { kind: 'starting' }
  /** `expired`: the hub gives no new token any more. `refused`: it doesn't accept the token. */
  | { kind: 'signed-out'; reason: 'expired' | 'refused' | undefined }
  | { kind: 'signing-in'; way: 'browser' | 'token' }
  /** `userCode` is typed in at `page`, once the hub has given them. */
  | { kind: 'signing-in'; way: 'device'; userCode?: string; page?: string; expiresAtMs?: number }
  | {
      kind: 'signed-in';
      way: SignInWay;
      /** Undefined until the hub has told it. */
      name: string | undefined;
      /** Milliseconds since 1970; undefined where the token has no stated end. */
      expiresAtMs: number | undefined;
      /** Whether a new token is fetched before the end. */
      isRenewed: boolean;
      isLasting: boolean;
    };

export interface AccessSnapshot {
  state: AccessState;
  /** What this host and its configuration allow, the best first; empty where no sign-in would be safe. */
  ways: readonly ('browser' | 'device' | 'token')[];
  /** Whether a person decides that a sign-in lasts; otherwise it always does. */
  canChooseLasting: boolean;
  /** Of the last sign-in, renewal or removal; undefined after a success. */
  failure: ModelFailure | undefined;
}

export interface SignInRequest {
  way: 'browser' | 'device';
  /** Only where `canChooseLasting`. */
  isLasting: boolean;
}

export interface Access {
  /** Reads the kept sign-in. Never rejects: a failure is in the snapshot. Call once. */
  start(): Promise<void>;
  /** Resolves when no renewal is running. */
  settled(): Promise<void>;
  /**
   * Call it directly after a person's press. Replaces a sign-in only when it succeeds.
   * @throws ModelError SIGN_IN_FAILED, NET_*, HTTP_*, STORAGE_UNAVAILABLE; AbortError after `cancel`
   */
  signIn(request: SignInRequest): Promise<void>;
  /** With a token of the person's own, which the hub is asked about first. @throws as `signIn` */
  signInWithToken(token: string, isLasting: boolean): Promise<void>;
  /** Ends a sign-in that is going on. */
  cancel(): void;
  /** The token is removed here in any case, and revoked where the hub can. @throws ModelError STORAGE_UNAVAILABLE */
  signOut(): Promise<void>;
  /** Asks the hub whose the token is. Does nothing without one. @throws ModelError NET_*, HTTP_* */
  check(): Promise<void>;
  getSnapshot(): AccessSnapshot;
  subscribe(listener: () => void): () => void;
  close(): void;
}

export type AccessPlatform = Pick<
  Platform,
  'clock' | 'downloader' | 'environment' | 'host' | 'peers' | 'signIn'
>;

const NEVER = () => new AbortController().signal;

export function createAccess(platform: AccessPlatform): Access {
  const { environment, signIn: host } = platform;
  const { hubEndpoint, oauthClientId: clientId } = environment;
  const tools: HubAccountTools = { ...platform, hubEndpoint };
  const ways = waysOf(platform);
  const snapshot = createObservable<AccessSnapshot>({
    state: { kind: 'starting' },
    ways,
    canChooseLasting: host.keeping === 'choice',
    failure: undefined,
  });
  const show = (change: Partial<AccessSnapshot>) => {
    snapshot.set({ ...snapshot.get(), ...change });
  };
  const keeper = createTokenKeeper(platform, tools, {
    onChange(record, reason) {
      if (!running) show({ state: stateOf(record, reason) });
    },
    onFailure(failure) {
      show({ failure });
    },
  });
  let running: AbortController | undefined;

  /** One sign-in at a time: a later one ends an earlier one. */
  async function run(
    state: AccessState,
    work: (signal: AbortSignal) => Promise<SignInRecord>,
  ): Promise<void> {
    running?.abort();
    const own = new AbortController();
    running = own;
    show({ state, failure: undefined });
    try {
      const record = await work(own.signal);
      if (own.signal.aborted) return;
      await keeper.keep(record);
    } catch (error) {
      if (running === own && !isAbortError(error)) show({ failure: toFailure(error) });
      throw error;
    } finally {
      if (running === own) {
        running = undefined;
        show({ state: stateOf(keeper.record(), keeper.reason()) });
      }
    }
  }

  async function recordOf(
    issued: IssuedToken,
    about: Pick<SignInRecord, 'way' | 'isLasting'>,
    signal: AbortSignal,
  ): Promise<SignInRecord> {
    const name = await whoIs(tools, issued.token, signal);
    if (name === undefined) throw signInFailure(tools, 'refused');
    return { hubEndpoint, ...issued, ...about, name };
  }

  async function throughPage(id: string, signal: AbortSignal): Promise<IssuedToken> {
    const { page } = host;
    if (!page) throw signInFailure(tools, 'client');
    const attempt = beginAttempt(host.randomText, page.redirectUri);
    const endpoints = findEndpoints(tools, signal);
    const opening = endpoints.then(({ authorize }) => authorizeAddress(authorize, id, attempt));
    // The page reports its failure; until it waits for it, nobody else would.
    opening.catch(() => undefined);
    const sentBack = await page.open(opening, signal);
    const { token: url } = await endpoints;
    const form = {
      ...{ grant_type: 'authorization_code', client_id: id, redirect_uri: attempt.redirectUri },
      ...{ code: readSentBack(sentBack, attempt), code_verifier: attempt.verifier },
    };
    const answer = await askForToken(tools, { url, form }, signal);
    if ('error' in answer) throw refusedToken(tools, answer.error);
    return answer;
  }

  async function onDevice(id: string, signal: AbortSignal): Promise<IssuedToken> {
    const { device, token } = await findEndpoints(tools, signal);
    if (device === undefined) throw signInFailure(tools, 'client');
    const code = await beginDevice(tools, { url: device, clientId: id }, signal);
    const { userCode, page, expiresAtMs } = code;
    if (!signal.aborted) {
      show({ state: { kind: 'signing-in', way: 'device', userCode, page, expiresAtMs } });
    }
    return awaitDevice(tools, { code, url: token, clientId: id }, signal);
  }

  return {
    start: keeper.start,
    settled: keeper.settled,

    async signIn({ way, isLasting }) {
      if (clientId === undefined || !ways.includes(way)) throw signInFailure(tools, 'client');
      const bring = way === 'browser' ? throughPage : onDevice;
      await run({ kind: 'signing-in', way }, async (signal) =>
        recordOf(
          await bring(clientId, signal),
          { way, isLasting: lasts(platform, isLasting) },
          signal,
        ),
      );
    },

    async signInWithToken(text, isLasting) {
      await run({ kind: 'signing-in', way: 'token' }, async (signal) => {
        if (ways.length === 0) throw signInFailure(tools, 'unsafe');
        const token = text.trim();
        if (!/^[\x21-\x7e]{1,8192}$/.test(token)) throw signInFailure(tools, 'unreadable');
        const issued = { token, refreshToken: undefined, expiresAtMs: undefined };
        return recordOf(issued, { way: 'token', isLasting: lasts(platform, isLasting) }, signal);
      });
    },

    cancel() {
      running?.abort();
    },

    async signOut() {
      running?.abort();
      const record = keeper.record();
      await keeper.forget(undefined);
      show({ failure: undefined });
      if (record === undefined || clientId === undefined) return;
      if (record.way === 'token' || record.way === 'settings') return;
      // The hub may be out of reach; the token ends by itself then.
      await revoke(tools, { token: record.refreshToken ?? record.token, clientId }, NEVER()).catch(
        () => undefined,
      );
    },

    async check() {
      const record = keeper.record();
      if (record === undefined) return;
      const name = await whoIs(tools, record.token, NEVER());
      if (keeper.record() !== record) return;
      if (name === undefined) await keeper.refused();
      else if (name !== record.name) await keeper.keep({ ...record, name });
    },

    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    close() {
      running?.abort();
      keeper.close();
    },
  };
}

function lasts({ signIn }: AccessPlatform, isLasting: boolean): boolean {
  return signIn.keeping === 'always' || isLasting;
}

function waysOf({ signIn, environment }: AccessPlatform): AccessSnapshot['ways'] {
  if (!signIn.isSafe) return [];
  if (environment.oauthClientId === undefined) return ['token'];
  return signIn.page === undefined ? ['device', 'token'] : ['browser', 'token'];
}

function stateOf(
  record: SignInRecord | undefined,
  reason: 'expired' | 'refused' | undefined,
): AccessState {
  if (record === undefined) return { kind: 'signed-out', reason };
  const { way, name, expiresAtMs, isLasting, refreshToken } = record;
  const isRenewed = refreshToken !== undefined;
  return { kind: 'signed-in', way, name, expiresAtMs, isRenewed, isLasting };
}
