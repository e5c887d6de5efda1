/** Hashes a file while it arrives, so that the digest is ready soon after the last byte. */
import type { Digester, RunningDigest } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import type { Journal } from '../journal/journal';

/** The most blocks in one read. Progress is reported after each read. */
const MOST_AT_ONCE = 8;

export interface Followed {
  path: string;
  journal: Pick<Journal, 'landed' | 'digests' | 'noteDigest' | 'forget'>;
  blockBytes: number;
  /** Called after each block. */
  onVerified: (verifiedBytes: number) => void;
}

export interface DigestFollower {
  /** Tells that bytes have been added or replaced. */
  advance(): void;
  /** Begins the hash again from the first byte. */
  restart(): void;
  /**
   * The SHA-256 of the whole file, once `totalBytes` have landed and were read back. Undefined when a
   * block differs from the one that had landed; that block is then missing from the journal.
   * @throws ModelError DISK_IO, AbortError
   */
  finish(totalBytes: number, signal: AbortSignal): Promise<string | undefined>;
  /** Also ends a running read, after a few blocks. */
  close(): Promise<void>;
}

interface Following extends Followed {
  digester: Digester;
  /** Blocks that differed from the journal once and were fetched again. */
  wrongOnce: Set<number>;
  running: Promise<RunningDigest> | undefined;
  /** The number of restarts; results of reads from before the last restart are ignored. */
  round: number;
  positionBytes: number;
  latest: string | undefined;
}

/**
 * Reads the bytes from the disk, not from memory, and compares each block with its digest in the
 * journal. A block that a crash tore, or that the disk lost, is thus found before it is trusted, and
 * is fetched again. When a block differs twice, the journal's digest is taken to be wrong; the digest
 * of the whole file then decides.
 */
export function followDigest(digester: Digester, followed: Followed): DigestFollower {
  const following: Following = {
    ...followed,
    digester,
    wrongOnce: new Set(),
    running: undefined,
    round: 0,
    positionBytes: 0,
    latest: undefined,
  };
  let reading: Promise<void> = Promise.resolve();
  let isReading = false;
  let isClosed = false;

  async function readOn(): Promise<void> {
    // Reading all landed bytes may take minutes, so the loop ends once the follower is closed.
    while (!isClosed) {
      const ends = nextEnds(following, Infinity);
      if (ends.length === 0 || !(await readBlocks(following, ends))) return;
    }
  }

  return {
    advance() {
      if (isReading || nextEnds(following, Infinity).length === 0) return;
      isReading = true;
      reading = readOn().finally(() => {
        isReading = false;
      });
      // `finish` reports the failure, because it meets the same one when it reads on.
      reading.catch(() => undefined);
    },
    restart() {
      restart(following);
    },
    async finish(totalBytes, signal) {
      await reading.catch(() => undefined);
      while (following.positionBytes < totalBytes) {
        throwIfAborted(signal);
        const ends = nextEnds(following, totalBytes);
        if (ends.length === 0 || !(await readBlocks(following, ends))) return undefined;
      }
      return following.latest;
    },
    async close() {
      isClosed = true;
      await reading.catch(() => undefined);
      // A failure to close loses nothing, since nothing was written through this digest.
      await following.running?.then((digest) => digest.close()).catch(() => undefined);
    },
  };
}

/**
 * The ends of the landed blocks to read next. Several are requested at once, because the process is busy
 * with writing and slow to request the next ones. A block whose digest is in the journal is requested
 * alone, since the hash may have to step back over it.
 */
function nextEnds({ journal, blockBytes, positionBytes }: Following, limitBytes: number) {
  const ends: number[] = [];
  const arrivedBytes = Math.min(limitBytes, journal.landed.frontierBytes());
  for (let block = Math.floor(positionBytes / blockBytes); ends.length < MOST_AT_ONCE; block += 1) {
    const isKnown = journal.digests[block] !== undefined;
    const endBytes = Math.min((block + 1) * blockBytes, limitBytes);
    const isThere = endBytes <= arrivedBytes && endBytes > (ends.at(-1) ?? positionBytes);
    if (!isThere || (isKnown && ends.length > 0)) return ends;
    ends.push(endBytes);
    if (isKnown) return ends;
  }
  return ends;
}

/** Whether reading may continue. */
async function readBlocks(following: Following, ends: readonly number[]): Promise<boolean> {
  const { digester, path, round } = following;
  try {
    following.running ??= digester.open({ path, algorithm: 'sha256' });
    const digest = await following.running;
    const hexes = await digest.readTo(ends);
    if (following.round !== round) return false;
    for (const [index, hex] of hexes.entries()) {
      if (takeBlock(following, ends[index] ?? 0, hex)) continue;
      await digest.stepBack();
      return false;
    }
    return true;
  } catch (error) {
    // The position of the running digest is unknown now.
    if (following.round === round) restart(following);
    throw error;
  }
}

/** Whether the block is the one that had landed; if not, the block is removed from the journal. */
function takeBlock(following: Following, endBytes: number, hex: string): boolean {
  const { journal, blockBytes, positionBytes: startBytes, wrongOnce } = following;
  const block = Math.floor(startBytes / blockBytes);
  const known = journal.digests[block];
  if (known !== undefined && known !== hex && !wrongOnce.has(block)) {
    wrongOnce.add(block);
    journal.forget({ startBytes, endBytes });
    return false;
  }
  if (known !== hex) {
    // The digests of later blocks include this block.
    journal.digests.length = Math.min(journal.digests.length, block);
    journal.noteDigest(block, hex);
  }
  following.latest = hex;
  following.positionBytes = endBytes;
  following.onVerified(endBytes);
  return true;
}

function restart(following: Following): void {
  following.round += 1;
  following.positionBytes = 0;
  following.latest = undefined;
  void following.running?.then((digest) => digest.close()).catch(() => undefined);
  following.running = undefined;
}
