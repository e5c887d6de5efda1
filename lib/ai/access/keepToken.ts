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

export function createTokenKeeper(
  { clock, environment, host, peers, signIn }: KeeperPlatform,
  tools: HubAccountTools,
  { onChange, onFailure }: KeeperEvents,
): TokenKeeper {
  const { hubEndpoint, oauthClientId: clientId } = environment;
  let current: SignInRecord | undefined;
  let lostBy: LostBy;
  let renewal: Promise<void> | undefined;
  let callOff = () => {};
  const closing = new AbortController();

  function use(record: SignInRecord | undefined, reason: LostBy, soonestMs = 0): void {
    if (closing.signal.aborted) return;
    callOff();
    current = record;
    lostBy = reason;
    const hasEnded = record !== undefined && (record.expiresAtMs ?? Infinity) <= clock.nowMs();
    signIn.use(hasEnded ? undefined : record?.token, () => void refused());
    if (record) planRenewal(record, soonestMs);
    onChange(record, reason);
  }

  function planRenewal({ expiresAtMs, refreshToken }: SignInRecord, soonestMs: number): void {
    if (expiresAtMs === undefined) return;
    const leftMs = expiresAtMs - clock.nowMs() - (refreshToken === undefined ? 0 : EARLY_MS);
    const delayMs = Math.max(soonestMs, leftMs);
    if (delayMs <= 0) {
      void renew('expired');
      return;
    }
    callOff = clock.after(Math.min(LONGEST_WAIT_MS, delayMs), () => {
      if (delayMs > LONGEST_WAIT_MS && current) planRenewal(current, 0);
      else void renew('expired');
    });
  }

  /** Joins a renewal that is running. Never rejects. */
  function renew(reason: 'expired' | 'refused'): Promise<void> {
    renewal ??= peers
      .withLock(LOCK, () => renewOnce(reason), { signal: closing.signal })
      .catch((error: unknown) => {
        if (!closing.signal.aborted) onFailure(toFailure(error));
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  async function renewOnce(reason: 'expired' | 'refused'): Promise<void> {
    const old = current;
    if (old === undefined) return;
    // Another tab may have renewed it: each refresh token is good for once.
    const kept = await readOurs();
    if (kept && kept.token !== old.token) {
      use(kept, undefined);
      return;
    }
    const { refreshToken } = old;
    if (refreshToken === undefined || clientId === undefined) {
      await forget(reason);
      return;
    }
    try {
      const { token: url } = await findEndpoints(tools, closing.signal);
      const form = {
        ...{ grant_type: 'refresh_token', client_id: clientId },
        refresh_token: refreshToken,
      };
      const answer = await askForToken(tools, { url, form }, closing.signal);
      if (current !== old) return;
      if ('error' in answer) await forget('expired');
      else {
        await keep(
          { ...old, ...answer, refreshToken: answer.refreshToken ?? refreshToken },
          RETRY_MS,
        );
      }
    } catch (error) {
      if (!isModelError(error) || ERROR_TRAITS[error.code].retry !== 'auto') throw error;
      // Out of reach for now. Until the hub is back, what needs a sign-in fails as it would without a network.
      callOff();
      callOff = clock.after(RETRY_MS, () => void renew(reason));
    }
  }

  async function readOurs(): Promise<SignInRecord | undefined> {
    const kept = await signIn.read();
    // A token for another hub stays where it is and isn't sent to this one.
    return kept?.hubEndpoint === hubEndpoint ? kept : undefined;
  }

  async function keep(record: SignInRecord, soonestMs?: number): Promise<void> {
    await signIn.write(record);
    use(record, undefined, soonestMs);
    peers.send({ kind: CHANGED });
  }

  async function forget(reason: LostBy): Promise<void> {
    use(undefined, reason);
    await signIn.remove();
    peers.send({ kind: CHANGED });
  }

  // What is kept stays: the hub may be wrong for an hour, and the token may be another program's, too.
  async function refused(): Promise<void> {
    if (current?.refreshToken === undefined) use(undefined, 'refused');
    else await renew('refused');
  }

  async function follow(): Promise<void> {
    const kept = await readOurs().catch(() => current);
    if (kept?.token !== current?.token || kept?.name !== current?.name) use(kept, lostBy);
  }

  const stopPeers = peers.subscribe((message) => {
    if (isChanged(message)) void follow();
  });
  const stopHost = host.subscribe((event) => {
    // A timer may have slept with the device.
    const { expiresAtMs } = current ?? {};
    if (event === 'shown' && expiresAtMs !== undefined && expiresAtMs <= clock.nowMs() + EARLY_MS) {
      void renew('expired');
    }
  });

  return {
    async start() {
      try {
        use(await readOurs(), undefined);
      } catch (error) {
        use(undefined, undefined);
        onFailure(toFailure(error));
      }
    },
    async settled() {
      await renewal;
    },
    record: () => current,
    reason: () => lostBy,
    ...{ keep, forget, refused },
    close() {
      closing.abort();
      callOff();
      stopPeers();
      stopHost();
    },
  };
}

function isChanged(message: unknown): boolean {
  return (message as { kind?: unknown } | null | undefined)?.kind === CHANGED;
}
