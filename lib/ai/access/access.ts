/**
 * The sign-in to the hub: signs in and out, keeps the token fresh, and tells what is going on. No token leaves this
 * room but to the host's `HubSignIn`, which keeps it and sends it to the hub alone.
 */
import { throwIfAborted } from '../../download/flow/abortable';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Platform, SignInRecord, SignInWay } from '../../platform/types';
import { createObservable } from '../observable';
import { onDevice, throughPage } from './bringToken';
import { revoke, signInFailure, whoIs, type HubAccountTools, type IssuedToken } from './hubAccount';
import { createTokenKeeper, type TokenKeeper } from './keepToken';

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
      if (!attempts.isRunning()) show({ state: stateOf(record, reason) });
    },
    onFailure(failure) {
      show({ failure });
    },
  });
  const attempts = createAttempts(keeper, show);
  const lasts = (isLasting: boolean) => host.keeping === 'always' || isLasting;

  return {
    start: keeper.start,
    settled: keeper.settled,

    async signIn({ way, isLasting }) {
      if (clientId === undefined || !ways.includes(way)) throw signInFailure(tools, 'client');
      const bringing = { ...tools, signIn: host, clientId };
      await attempts.run({ kind: 'signing-in', way }, async (signal) => {
        const onCode = (code: object) => {
          if (!signal.aborted) show({ state: { kind: 'signing-in', way: 'device', ...code } });
        };
        const issued = await (way === 'browser'
          ? throughPage(bringing, signal)
          : onDevice(bringing, onCode, signal));
        return recordOf(tools, { ...issued, way, isLasting: lasts(isLasting) }, signal);
      });
    },

    async signInWithToken(text, isLasting) {
      await attempts.run({ kind: 'signing-in', way: 'token' }, async (signal) => {
        if (ways.length === 0) throw signInFailure(tools, 'unsafe');
        const token = text.trim();
        if (!/^[\x21-\x7e]{1,8192}$/.test(token)) throw signInFailure(tools, 'unreadable');
        const issued = { token, refreshToken: undefined, expiresAtMs: undefined };
        return recordOf(tools, { ...issued, way: 'token', isLasting: lasts(isLasting) }, signal);
      });
    },

    cancel: attempts.cancel,

    async signOut() {
      attempts.cancel();
      const record = keeper.record();
      await keeper.forget(undefined);
      show({ failure: undefined });
      if (record && clientId !== undefined) await revokeIfPossible(tools, record, clientId);
    },

    check: () => check(tools, keeper),
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    close() {
      attempts.cancel();
      keeper.close();
    },
  };
}

/** One sign-in at a time: a later one ends an earlier one. */
function createAttempts(keeper: TokenKeeper, show: (change: Partial<AccessSnapshot>) => void) {
  let running: AbortController | undefined;
  return {
    isRunning: () => running !== undefined,
    cancel() {
      running?.abort();
    },
    async run(
      state: AccessState,
      work: (signal: AbortSignal) => Promise<SignInRecord>,
    ): Promise<void> {
      running?.abort();
      const own = new AbortController();
      running = own;
      show({ state, failure: undefined });
      try {
        const record = await work(own.signal);
        throwIfAborted(own.signal);
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
    },
  };
}

async function recordOf(
  tools: HubAccountTools,
  issued: IssuedToken & Pick<SignInRecord, 'way' | 'isLasting'>,
  signal: AbortSignal,
): Promise<SignInRecord> {
  const name = await whoIs(tools, issued.token, signal);
  if (name === undefined) throw signInFailure(tools, 'refused');
  return { hubEndpoint: tools.hubEndpoint, ...issued, name };
}

/** Only what a sign-in of this app has issued: a token of the person's own may be used elsewhere, too. */
async function revokeIfPossible(
  tools: HubAccountTools,
  { way, token, refreshToken = token }: SignInRecord,
  clientId: string,
): Promise<void> {
  if (way === 'token' || way === 'settings') return;
  const revoking = revoke(tools, { token: refreshToken, clientId }, NEVER());
  // The hub may be out of reach; the token ends by itself then.
  await revoking.catch(() => undefined);
}

async function check(tools: HubAccountTools, keeper: TokenKeeper): Promise<void> {
  const record = keeper.record();
  if (record === undefined) return;
  const name = await whoIs(tools, record.token, NEVER());
  if (keeper.record() !== record) return;
  if (name === undefined) await keeper.refused();
  else if (name !== record.name) await keeper.keep({ ...record, name });
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
