/** Reserves free space for downloads, so that two of them can't both count on the last of it; kept builds give way to them. */
import { isModelError, type ModelError } from '../../errors';
import type { Clock, FileStore, Peers } from '../../platform/types';
import { abortable, wait } from '../flow/abortable';
import { deleteUntil, keptBytes, listKept } from './keptBuilds';

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
  /** The bytes that can be written once every kept build has given way; undefined where the host doesn't tell. */
  freeBytes(): Promise<number | undefined>;
  /**
   * Deletes kept builds until `neededBytes` are free. Deletes none where all of them together wouldn't be enough.
   * @throws ModelError DISK_IO, STORAGE_UNAVAILABLE
   */
  makeRoom(neededBytes: number): Promise<void>;
  /** Runs `work` again after each kept build that gives way, as long as the disk is full. Any other failure rejects. */
  givingWay<T>(work: () => Promise<T>): Promise<T>;
  /** Tells that files were removed: every waiting download checks for room at once. */
  freed(): void;
  /** Resolves when there may be room for the bytes in `error`. It isn't certain: a browser only estimates its space. */
  untilRoom(error: ModelError<'NO_SPACE'>, signal: AbortSignal): Promise<void>;
}

export interface Claim {
  id: string;
  missingBytes: () => Promise<number>;
  check: (othersBytes: number) => Promise<void>;
}

export interface SpaceParts {
  clock: Clock;
  files: FileStore;
  peers: Pick<Peers, 'withLock'>;
  /** Called after kept builds have given way. */
  onGivenWay?: () => void;
}

export function createSpace(parts: SpaceParts): Space {
  const { clock, files, onGivenWay = () => undefined } = parts;
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

  async function freeBytes(): Promise<number | undefined> {
    const free = await files.freeBytes();
    return free === undefined ? undefined : free + keptBytes(await listKept(files));
  }

  async function giveWay(isEnough: (freedBytes: number) => Promise<boolean>): Promise<boolean> {
    const hasDeleted = await deleteUntil(parts, isEnough);
    if (hasDeleted) onGivenWay();
    return hasDeleted;
  }

  return {
    freeBytes,
    async makeRoom(neededBytes) {
      const before = await files.freeBytes();
      if (before === undefined || before >= neededBytes) return;
      if (((await freeBytes()) ?? 0) < neededBytes) return;
      // A browser's estimate follows a removal late, so the freed bytes are counted, too.
      const isEnough = async (freedBytes: number) =>
        Math.max(before + freedBytes, (await files.freeBytes()) ?? 0) >= neededBytes;
      await giveWay(isEnough);
    },
    async givingWay(work) {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isNoSpace(error)) throw error;
          const isOneGone = (freedBytes: number) => Promise.resolve(freedBytes > 0);
          if (!(await giveWay(isOneGone))) throw error;
        }
      }
    },
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
    async untilRoom(error, signal) {
      for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(LONGEST_LOOK_MS, delayMs * 2)) {
        await untilNextLook(delayMs, signal);
        const free = await freeBytes();
        if (free === undefined || free >= error.details.neededBytes) return;
      }
    },
  };
}

export function isNoSpace(error: unknown): error is ModelError<'NO_SPACE'> {
  return isModelError(error) && error.code === 'NO_SPACE';
}
