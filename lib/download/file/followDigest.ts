/** Hashes a file that is still arriving, behind its bytes, so that the digest is there when the last one is. */
import type { Digester, RunningDigest } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import type { Journal } from '../journal/journal';

/** Blocks in one reading; of how far it is, whoever waits hears after each. */
const MOST_AT_ONCE = 8;

export interface Followed {
  path: string;
  journal: Pick<Journal, 'landed' | 'digests' | 'noteDigest' | 'forget'>;
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
  /** Ends also what is being read, after a few blocks. */
  close(): Promise<void>;
}

interface Following extends Followed {
  digester: Digester;
  /** Blocks that weren't what the journal said, and came again. */
  wrongOnce: Set<number>;
  running: Promise<RunningDigest> | undefined;
  /** How often everything started over; what was asked before doesn't count. */
  round: number;
  positionBytes: number;
  latest: string | undefined;
}

/**
 * Reads what is on the disk, not what was in memory, and compares each block with what the
 * journal remembers of it: a block that a crash tore, or the disk lost, is told apart before it
 * is trusted, and is fetched again. One that is wrong twice was remembered wrongly; the digest of
 * the whole then decides.
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
    // What has landed may take minutes to read; nobody waits for it once this is closed.
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
      // Told by `finish`, which meets the same failure when it reads on.
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
      // Nothing was written through it.
      await following.running?.then((digest) => digest.close()).catch(() => undefined);
    },
  };
}

/**
 * Of blocks that have landed: whoever writes has its hands full, and takes its time to ask for the
 * next. One that the journal knows is asked for alone, since it may have to be stepped back over.
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

/** Whether the reading may go on. */
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
    // Nobody knows where it stands.
    if (following.round === round) restart(following);
    throw error;
  }
}

/** Whether it is the block that had landed; if not, it is missing now. */
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
    // Later ones run over this one.
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
