/** Hashes a file that is still arriving, behind its bytes, so that the digest is there when the last one is. */
import type { Digester, RunningDigest } from '../platform/types';
import { throwIfAborted } from './abortable';
import type { Journal } from './journal';

export interface Followed {
  path: string;
  journal: Journal;
  blockBytes: number;
  /** After each block. */
  onVerified: (verifiedBytes: number) => void;
}

export interface DigestFollower {
  /** More bytes are in place, or other ones. */
  advance(): void;
  /** Everything starts over. */
  restart(): void;
  /**
   * The SHA-256 of the whole, once `totalBytes` have landed and were read back; undefined when a
   * block turned out not to be the one that had landed, which is then missing from the journal.
   * @throws ModelError DISK_IO, AbortError
   */
  finish(totalBytes: number, signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Reads what is on the disk, not what was in memory, and compares each block with what the
 * journal remembers of it: a block that a crash tore, or the disk lost, is told apart before it
 * is trusted, and is fetched again. One that is wrong twice was remembered wrongly; the digest of
 * the whole then decides.
 */
export function followDigest(digester: Digester, followed: Followed): DigestFollower {
  const { path, journal, blockBytes, onVerified } = followed;
  const wrongOnce = new Set<number>();
  let running: Promise<RunningDigest> | undefined;
  let reading: Promise<void> = Promise.resolve();
  let isReading = false;
  let round = 0;
  let positionBytes = 0;
  let latest: string | undefined;

  function nextEnd(limitBytes: number): number {
    const blockEnd = (Math.floor(positionBytes / blockBytes) + 1) * blockBytes;
    return Math.min(blockEnd, limitBytes);
  }

  /** Whether the reading may go on. */
  async function readBlock(endBytes: number): Promise<boolean> {
    const current = round;
    running ??= digester.open({ path, algorithm: 'sha256' });
    const digest = await running;
    const hex = await digest.readTo(endBytes);
    if (current !== round) return false;
    const block = Math.floor(positionBytes / blockBytes);
    const known = journal.digests[block];
    if (known !== undefined && known !== hex && !wrongOnce.has(block)) {
      wrongOnce.add(block);
      journal.forget({ startBytes: positionBytes, endBytes });
      await digest.stepBack();
      return false;
    }
    if (known !== hex) {
      // Later ones run over this one.
      journal.digests.length = Math.min(journal.digests.length, block);
      journal.noteDigest(block, hex);
    }
    latest = hex;
    positionBytes = endBytes;
    onVerified(positionBytes);
    return true;
  }

  async function readOn(limitBytes: number): Promise<void> {
    for (;;) {
      const endBytes = nextEnd(limitBytes);
      if (endBytes <= positionBytes || journal.landed.frontierBytes() < endBytes) return;
      if (!(await readBlock(endBytes))) return;
    }
  }

  return {
    advance() {
      if (isReading || journal.landed.frontierBytes() < nextEnd(Infinity)) return;
      isReading = true;
      reading = readOn(Infinity).finally(() => {
        isReading = false;
      });
      // Told by `finish`, which meets the same failure when it reads on.
      reading.catch(() => undefined);
    },
    restart() {
      round += 1;
      positionBytes = 0;
      latest = undefined;
      void running?.then((digest) => digest.close()).catch(() => undefined);
      running = undefined;
    },
    async finish(totalBytes, signal) {
      await reading;
      while (positionBytes < totalBytes) {
        throwIfAborted(signal);
        const endBytes = nextEnd(totalBytes);
        if (journal.landed.frontierBytes() < endBytes) return undefined;
        if (!(await readBlock(endBytes))) return undefined;
      }
      return latest;
    },
    async close() {
      await reading.catch(() => undefined);
      // Nothing was written through it.
      await running?.then((digest) => digest.close()).catch(() => undefined);
    },
  };
}
