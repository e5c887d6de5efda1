/** The current sign-in: kept by the host, sent by it, renewed before its end, and the same in all tabs. */
import { ERROR_TRAITS, isModelError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Platform, SignInRecord } from '../../platform/types';
import { askForToken, findEndpoints, type HubAccountTools } from './hubAccount';

/** Renewed so long before its end that a transfer which has just begun doesn't meet it. */
const EARLY_MS = 5 * 60_000;
/** Also between a renewal and the next one, however short-lived tokens are. */
const RETRY_MS = 60_000;
/** Timers of most hosts can't wait for more than 24 days. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
const LOCK = 'hub-sign-in';
/** What other tabs are told; never the token. */
const CHANGED = 'sign-in-changed';

export type LostBy = 'expired' | 'refused' | undefined;

export interface TokenKeeper {
  start(): Promise<void>;
  settled(): Promise<void>;
  record(): SignInRecord | undefined;
  /** Why there is no record, where the person didn't ask for that. */
  reason(): LostBy;
  /** From now on. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO, having changed nothing */
  keep(record: SignInRecord): Promise<void>;
  /** @throws ModelError STORAGE_UNAVAILABLE, DISK_IO; the token is no longer sent in any case */
  forget(reason: LostBy): Promise<void>;
  /** The hub doesn't accept the token: a new one is asked for, and otherwise it is no longer sent. */
  refused(): Promise<void>;
  close(): void;
}

export interface KeeperEvents {
  onChange(record: SignInRecord | undefined, reason: LostBy): void;
  onFailure(failure: ModelFailure): void;
}

type KeeperPlatform = Pick<Platform, 'clock' | 'environment' | 'host' | 'peers' | 'signIn'>;

interface Keeper {
  readonly platform: KeeperPlatform;
  readonly tools: HubAccountTools;
  readonly events: KeeperEvents;
  readonly closing: AbortController;
  current: SignInRecord | undefined;
  lostBy: LostBy;
  /** Joined by whoever asks for one meanwhile. */
  renewal: Promise<void> | undefined;
  callOff: () => void;
}

export function createTokenKeeper(
  platform: KeeperPlatform,
  tools: HubAccountTools,
  events: KeeperEvents,
): TokenKeeper {
  const { clock, host, peers } = platform;
  const keeper: Keeper = {
    ...{ platform, tools, events, closing: new AbortController() },
    ...{ current: undefined, lostBy: undefined, renewal: undefined, callOff: () => undefined },
  };
  const stops = [
    peers.subscribe((message) => {
      if (isChanged(message)) void follow(keeper);
    }),
    host.subscribe((event) => {
      const { current } = keeper;
      // A timer may have slept with the device.
      const isDue = current !== undefined && leftMs(current, clock.nowMs()) <= 0;
      if (event === 'shown' && isDue) void renew(keeper, 'expired');
    }),
  ];
  return {
    async start() {
      try {
        use(keeper, await readOurs(keeper));
      } catch (error) {
        use(keeper, undefined);
        events.onFailure(toFailure(error));
      }
    },
    async settled() {
      await keeper.renewal;
    },
    record: () => keeper.current,
    reason: () => keeper.lostBy,
    keep: (record) => keep(keeper, record),
    forget: (reason) => forget(keeper, reason),
    refused: () => refused(keeper),
    close() {
      keeper.closing.abort();
      keeper.callOff();
      for (const stop of stops) stop();
    },
  };
}

interface UseOptions {
  /** Why there is no record, where the person didn't ask for that. */
  reason?: LostBy;
  /** The time before which it isn't renewed. */
  soonestMs?: number;
}

function use(
  keeper: Keeper,
  record: SignInRecord | undefined,
  { reason, soonestMs = 0 }: UseOptions = {},
): void {
  const { platform, events, closing } = keeper;
  const { clock, signIn } = platform;
  if (closing.signal.aborted) return;
  keeper.callOff();
  keeper.current = record;
  keeper.lostBy = reason;
  const hasEnded = record !== undefined && (record.expiresAtMs ?? Infinity) <= clock.nowMs();
  signIn.use(hasEnded ? undefined : record?.token, () => void refused(keeper));
  if (record) planRenewal(keeper, record, soonestMs);
  events.onChange(record, reason);
}

function planRenewal(keeper: Keeper, record: SignInRecord, soonestMs: number): void {
  const { clock } = keeper.platform;
  const delayMs = Math.max(soonestMs, leftMs(record, clock.nowMs()));
  if (delayMs <= 0) void renew(keeper, 'expired');
  if (delayMs <= 0 || delayMs === Infinity) return;
  keeper.callOff = clock.after(Math.min(LONGEST_WAIT_MS, delayMs), () => {
    if (delayMs > LONGEST_WAIT_MS && keeper.current) planRenewal(keeper, keeper.current, 0);
    else void renew(keeper, 'expired');
  });
}

/** Joins a renewal that is running. Never rejects. */
function renew(keeper: Keeper, reason: 'expired' | 'refused'): Promise<void> {
  const { platform, events, closing } = keeper;
  keeper.renewal ??= platform.peers
    .withLock(LOCK, () => renewOnce(keeper, reason), { signal: closing.signal })
    .catch((error: unknown) => {
      if (!closing.signal.aborted) events.onFailure(toFailure(error));
    })
    .finally(() => {
      keeper.renewal = undefined;
    });
  return keeper.renewal;
}

async function renewOnce(keeper: Keeper, reason: 'expired' | 'refused'): Promise<void> {
  const { platform, tools, closing, current: old } = keeper;
  if (old === undefined) return;
  // Another tab may have renewed it: each refresh token is good for once.
  const kept = await readOurs(keeper);
  if (kept && kept.token !== old.token) {
    use(keeper, kept);
    return;
  }
  try {
    const { oauthClientId: clientId } = platform.environment;
    const next = await renewed(tools, old, { clientId, signal: closing.signal });
    if (keeper.current !== old) return;
    if (next === undefined) await forget(keeper, old.refreshToken ? 'expired' : reason);
    else await keep(keeper, next, { soonestMs: RETRY_MS });
  } catch (error) {
    if (!isModelError(error) || ERROR_TRAITS[error.code].retry !== 'auto') throw error;
    // Out of reach for now. Until the hub is back, what needs a sign-in fails as it would without a network.
    keeper.callOff();
    keeper.callOff = platform.clock.after(RETRY_MS, () => void renew(keeper, reason));
  }
}

async function readOurs({ platform }: Keeper): Promise<SignInRecord | undefined> {
  const kept = await platform.signIn.read();
  // A token for another hub stays where it is and isn't sent to this one.
  return kept?.hubEndpoint === platform.environment.hubEndpoint ? kept : undefined;
}

async function keep(keeper: Keeper, record: SignInRecord, options?: UseOptions): Promise<void> {
  const { signIn, peers } = keeper.platform;
  await signIn.write(record);
  use(keeper, record, options);
  peers.send({ kind: CHANGED });
}

async function forget(keeper: Keeper, reason: LostBy): Promise<void> {
  const { signIn, peers } = keeper.platform;
  use(keeper, undefined, { reason });
  await signIn.remove();
  peers.send({ kind: CHANGED });
}

// What is kept stays: the hub may be wrong for an hour, and the token may be another program's, too.
async function refused(keeper: Keeper): Promise<void> {
  if (keeper.current?.refreshToken === undefined) use(keeper, undefined, { reason: 'refused' });
  else await renew(keeper, 'refused');
}

async function follow(keeper: Keeper): Promise<void> {
  const { current, lostBy } = keeper;
  const kept = await readOurs(keeper).catch(() => current);
  const isSame = kept?.token === current?.token && kept?.name === current?.name;
  if (!isSame) use(keeper, kept, { reason: lostBy });
}

/** The time until it has to be renewed, or has ended where it can't be. */
function leftMs({ expiresAtMs = Infinity, refreshToken }: SignInRecord, nowMs: number): number {
  return expiresAtMs - nowMs - (refreshToken === undefined ? 0 : EARLY_MS);
}

/** The sign-in with a new token; undefined where the hub gives none any more. @throws ModelError NET_*, HTTP_* */
async function renewed(
  tools: HubAccountTools,
  old: SignInRecord,
  { clientId, signal }: { clientId: string | undefined; signal: AbortSignal },
): Promise<SignInRecord | undefined> {
  const { refreshToken } = old;
  if (refreshToken === undefined || clientId === undefined) return undefined;
  const { token: url } = await findEndpoints(tools, signal);
  const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken };
  const answer = await askForToken(tools, { url, form }, signal);
  if ('error' in answer) return undefined;
  return { ...old, ...answer, refreshToken: answer.refreshToken ?? refreshToken };
}

function isChanged(message: unknown): boolean {
  return (message as { kind?: unknown } | null | undefined)?.kind === CHANGED;
}
