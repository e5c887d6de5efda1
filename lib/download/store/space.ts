/** Reserves free space for downloads, so that two of them can't both count on the last of it. */
import type { ModelError } from '../../errors';
import type { Clock } from '../../platform/types';
import { abortable, wait } from '../flow/abortable';

const FIRST_LOOK_MS = 5_000;
const LONGEST_LOOK_MS = 60_000;

export interface Space {
  /**
   * Reserves the bytes that `missingBytes` returns now and later, unless `check` rejects. `check` receives
   * the sum that is reserved for all other claims. Handles one claim at a time.
   */
  claim(claim: Claim): Promise<void>;
  release(id: string): void;
  /** The bytes that are reserved for all claims but that of `id`. */
  othersBytes(id: string): Promise<number>;
  /** Tells that files were removed: every waiting download checks for room at once. */
  freed(): void;
  /** Resolves when there may be room for the bytes in `error`. It isn't certain: a browser only estimates its space. */
  untilRoom(need: Need, signal: AbortSignal): Promise<void>;
}

export interface Claim {
  id: string;
  missingBytes: () => Promise<number>;
  check: (othersBytes: number) => Promise<void>;
}

export interface Need {
  error: ModelError<'NO_SPACE'>;
  freeBytes: () => Promise<number | undefined>;
}

export function createSpace(clock: Clock): Space {
  const claims = new Map<string, () => Promise<number>>();
  let latest: Promise<void> = Promise.resolve();
  const waiting = new Set<() => void>();

  async function othersBytes(id: string): Promise<number> {
    let bytes = 0;
    for (const [owner, missing] of claims) if (owner !== id) bytes += await missing();
    return bytes;
  }

  async function settle({ id, missingBytes, check }: Claim): Promise<void> {
    await check(await othersBytes(id));
    claims.set(id, missingBytes);
  }

  /** Waits for the delay or for `freed`, and cancels the one that comes later. */
  async function untilNextLook(delayMs: number, signal: AbortSignal): Promise<void> {
    const { controller, release } = abortable(signal);
    let look = () => {};
    const freed = new Promise<void>((resolve) => (look = resolve));
    waiting.add(look);
    try {
      await Promise.race([wait(clock, delayMs, controller.signal), freed]);
    } finally {
      waiting.delete(look);
      release();
      controller.abort();
    }
  }

  return {
    claim(claim) {
      const settled = latest.then(() => settle(claim));
      latest = settled.catch(() => undefined);
      return settled;
    },
    release(id) {
      claims.delete(id);
    },
    othersBytes,
    freed() {
      for (const look of [...waiting]) look();
    },
    async untilRoom({ error, freeBytes }, signal) {
      for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(LONGEST_LOOK_MS, delayMs * 2)) {
        await untilNextLook(delayMs, signal);
        const free = await freeBytes();
        if (free === undefined || free >= error.details.neededBytes) return;
      }
    },
  };
}
