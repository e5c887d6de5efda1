/** Reserves free space for downloads, so that two of them can't both count on the last of it; kept builds give way to them. */
import { isModelError, type ModelError } from '../../errors';
import type { Clock, FileStore, Peers } from '../../platform/types';
import { abortable, wait } from '../flow/abortable';
import { deleteUntil, keptBytes, listKept } from './keptBuilds';
import { besides, readHomes } from './volumes';

const FIRST_LOOK_MS = 5_000;
const LONGEST_LOOK_MS = 60_000;

export interface Space {
  /**
   * Reserves the bytes that `missingBytes` returns now and later, unless `check` rejects. `check` receives
   * the sum that is reserved for all other claims. Handles one claim at a time.
   */
  claim(claim: Claim): Promise<void>;
  release(id: string): void;
  /** The bytes that are reserved on the same volume for all claims but that of `id`. */
  othersBytes(claim: Pick<Claim, 'id' | 'folder'>): Promise<number>;
  /**
   * The bytes that can be written to a folder's volume, by default the store's own, once every kept build there has given
   * way; undefined where the host doesn't tell.
   */
  freeBytes(folder?: string): Promise<number | undefined>;
  /**
   * Deletes kept builds until `neededBytes` are free on a folder's volume. Deletes none where all of them together wouldn't
   * be enough. @throws ModelError DISK_IO, STORAGE_UNAVAILABLE
   */
  makeRoom(neededBytes: number, folder?: string): Promise<void>;
  /**
   * Runs `work`, which writes to a folder's volume, again after each kept build there that gives way, as long as the disk is
   * full. Any other failure rejects.
   */
  givingWay<T>(folder: string, work: () => Promise<T>): Promise<T>;
  /** Tells that files were removed: every waiting download checks for room at once. */
  freed(): void;
  /** Resolves when there may be room for the bytes in `error`. It isn't certain: a browser only estimates its space. */
  untilRoom(room: Room, signal: AbortSignal): Promise<void>;
}

export interface Room {
  error: ModelError<'NO_SPACE'>;
  folder: string;
}

export interface Claim {
  id: string;
  /** The folder that the bytes are written to. */
  folder: string;
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
  const claims = new Map<string, Claim>();
  let latest: Promise<void> = Promise.resolve();
  const waiting = new Set<() => void>();

  async function othersBytes({ id, folder }: Pick<Claim, 'id' | 'folder'>): Promise<number> {
    const isBeside = besides(await readHomes(files), folder);
    let bytes = 0;
    for (const other of claims.values())
      if (other.id !== id && isBeside(other.folder)) bytes += await other.missingBytes();
    return bytes;
  }

  async function settle(claim: Claim): Promise<void> {
    await claim.check(await othersBytes(claim));
    claims.set(claim.id, claim);
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

  async function giveWay(
    folder: string,
    isEnough: (freedBytes: number) => Promise<boolean>,
  ): Promise<boolean> {
    const isBeside = besides(await readHomes(files), folder);
    const hasDeleted = await deleteUntil(parts, isBeside, isEnough);
    if (hasDeleted) onGivenWay();
    return hasDeleted;
  }

  return {
    freeBytes: (folder = '') => freeBytesOn(files, folder),
    async makeRoom(neededBytes, folder = '') {
      const before = await files.freeBytes(folder);
      if (before === undefined || before >= neededBytes) return;
      if (((await freeBytesOn(files, folder)) ?? 0) < neededBytes) return;
      // A browser's estimate follows a removal late, so the freed bytes are counted, too.
      const isEnough = async (freedBytes: number) =>
        Math.max(before + freedBytes, (await files.freeBytes(folder)) ?? 0) >= neededBytes;
      await giveWay(folder, isEnough);
    },
    async givingWay(folder, work) {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isNoSpace(error)) throw error;
          const isOneGone = (freedBytes: number) => Promise.resolve(freedBytes > 0);
          if (!(await giveWay(folder, isOneGone))) throw error;
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
    async untilRoom({ error, folder }, signal) {
      for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(LONGEST_LOOK_MS, delayMs * 2)) {
        await untilNextLook(delayMs, signal);
        const free = await freeBytesOn(files, folder);
        if (free === undefined || free >= error.details.neededBytes) return;
      }
    },
  };
}

async function freeBytesOn(files: FileStore, folder: string): Promise<number | undefined> {
  const free = await files.freeBytes(folder);
  if (free === undefined) return undefined;
  const isBeside = besides(await readHomes(files), folder);
  const kept = (await listKept(files)).filter(({ folderName }) => isBeside(folderName));
  return free + keptBytes(kept);
}

export function isNoSpace(error: unknown): error is ModelError<'NO_SPACE'> {
  return isModelError(error) && error.code === 'NO_SPACE';
}
