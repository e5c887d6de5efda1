/**
 * A lease on the volume itself, for owners whom no lock reaches: a record that its owner writes again
 * and again. Its age is told by the volume alone, as clocks differ between machines. It keeps two from
 * doing the same work; that neither harms what the other does is not its business. Where a volume
 * takes no record there are no leases.
 */
import { constants, type Stats } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';

import { ModelError } from '../../../errors';
import type { Clock, LockOptions } from '../../types';
import { isAbsent, systemCode } from '../nodeErrors';
import { isGone, type Reach } from './nodeOwner';
import { FILE_MODE, NO_FOLLOW, NO_WAIT, siblingOf } from '../files/nodePaths';

/** How often an owner gives a sign of life. */
const BEAT_MS = 3_000;
/** Without any for so long, it has lost the lease. */
const EXPIRES_MS = 15_000;
const LOOK_EVERY_MS = 1_000;
const MOST_BYTES = 4096;

export interface Lease {
  /** Aborted when the lease is found to be another owner's. */
  readonly lost: AbortSignal;
  /** @throws ModelError STORAGE_BUSY when it is another owner's */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface LeaseRequest extends Reach {
  /** What it is about, in the store. */
  folder: string;
  /** Where the record lies, in a folder that is there; undefined where there can be none. */
  place: string | undefined;
  owner: string;
  clock: Clock;
}

/** Resolves when the lease is the owner's, or when the volume takes none. Rejects only as the signal says. */
export async function takeLease(
  request: LeaseRequest,
  { onWait, signal }: LockOptions,
): Promise<Lease> {
  const { place, owner, clock } = request;
  if (place === undefined) return NO_LEASE;
  const text = `${JSON.stringify({ owner, pid: process.pid, host: hostname() })}\n`;
  const isStill = createWatch(clock);
  for (let looks = 1; ; looks += 1) {
    signal?.throwIfAborted();
    const outcome = await tryTake({ ...request, place }, text, isStill);
    if (outcome === 'impossible') return NO_LEASE;
    if (outcome === 'taken') return keepLease({ ...request, place }, text);
    if (looks === 1) onWait?.();
    if (signal?.aborted !== true) await pause(clock, signal);
  }
}

interface Found {
  owner: string | undefined;
  /** Differs after each sign of life, where the volume keeps times. */
  state: string;
  writtenAtMs: number;
}

type Outcome = 'taken' | 'held' | 'impossible';

async function tryTake(
  { place, ...reach }: Reach & { place: string },
  text: string,
  isStill: (found: Found) => boolean,
): Promise<Outcome> {
  try {
    const found = await readLease(place);
    if (!found) return await create(place, text);
    const isGoneForSure = found.owner !== undefined && (await isGone(found.owner, reach));
    return await takeOver(place, text, { found, isOver: isGoneForSure || isStill(found) });
  } catch {
    // Without a right, without room, not a file: no lease can be had here.
    return 'impossible';
  }
}

async function readLease(place: string): Promise<Found | undefined> {
  try {
    const handle = await open(place, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
    try {
      const { text, stats } = await read(handle);
      const state = `${text} ${String(stats.ino)} ${String(stats.mtimeMs)}`;
      return { owner: ownerIn(text), state, writtenAtMs: stats.mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function read(handle: FileHandle): Promise<{ text: string; stats: Stats }> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw new Error('not a file');
  const buffer = Buffer.alloc(MOST_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, MOST_BYTES, 0);
  return { text: buffer.toString('utf8', 0, bytesRead), stats };
}

/** Undefined for a record that its owner died over. */
function ownerIn(text: string): string | undefined {
  try {
    const { owner } = JSON.parse(text) as { owner?: unknown };
    return typeof owner === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

async function create(place: string, text: string): Promise<Outcome> {
  try {
    await writeNew(place, text);
    return 'taken';
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'held';
    throw error;
  }
}

/** What is written to find out the volume's time is the record that takes the other's place. */
async function takeOver(
  place: string,
  text: string,
  { found, isOver }: { found: Found; isOver: boolean },
): Promise<Outcome> {
  const sibling = siblingOf(place);
  try {
    const { mtimeMs } = await writeNew(sibling, text);
    const isExpired = isOver || mtimeMs - found.writtenAtMs > EXPIRES_MS;
    // Somebody else may have looked at the same time, or its owner may have woken up.
    if (!isExpired || (await readLease(place))?.state !== found.state) return 'held';
    await rename(sibling, place);
    return 'taken';
  } catch (error) {
    if (isOver) throw error;
    // The volume's time can't be had, and its owner may be alive.
    return 'held';
  } finally {
    await rm(sibling, { force: true });
  }
}

async function writeNew(place: string, text: string): Promise<Stats> {
  const handle = await open(place, 'wx', FILE_MODE);
  try {
    await handle.writeFile(text);
    return await handle.stat();
  } catch (error) {
    // Without its owner's name it would be waited for.
    await rm(place, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Whether a record has stayed as it is for as long as no living owner leaves it, by our own time: for volumes that keep none. */
function createWatch(clock: Clock): (found: Found) => boolean {
  let last = { state: '', sinceMs: 0 };
  return ({ state }) => {
    const nowMs = clock.monotonicMs();
    if (state !== last.state) last = { state, sinceMs: nowMs };
    return nowMs - last.sinceMs > EXPIRES_MS;
  };
}

/** Nobody can tell, and nothing is known to be lost. */
const NO_LEASE: Lease = {
  lost: new AbortController().signal,
  confirm: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

function keepLease(
  { folder, place, clock }: LeaseRequest & { place: string },
  text: string,
): Lease {
  const controller = new AbortController();
  const look = async () => {
    if (!(await renew(place, text))) controller.abort();
  };
  let beating: Promise<void> = Promise.resolve();
  let callOff: () => void = () => undefined;
  const beatLater = () => {
    if (controller.signal.aborted) return;
    callOff = clock.after(BEAT_MS, () => {
      beating = look().then(beatLater);
    });
  };
  beatLater();
  return {
    lost: controller.signal,
    async confirm() {
      await look();
      if (controller.signal.aborted) throw new ModelError('STORAGE_BUSY', { path: folder });
    },
    async release() {
      callOff();
      await beating;
      callOff();
      await look();
      // One that can't be removed expires.
      if (!controller.signal.aborted) await rm(place, { force: true }).catch(() => undefined);
    },
  };
}

/** Gives a sign of life; false when the record is another owner's. */
async function renew(place: string, text: string): Promise<boolean> {
  try {
    const handle = await open(place, constants.O_RDWR | NO_FOLLOW);
    try {
      // Through one handle: whoever takes over puts another file here, and this one is nobody's then.
      const isOurs = (await read(handle)).text === text;
      if (isOurs) await handle.write(text, 0);
      return isOurs;
    } finally {
      await handle.close();
    }
  } catch (error) {
    // A volume that fails says nothing about whose it is.
    return !isAbsent(error);
  }
}

/** Until the next look, or until the signal says something. */
function pause(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      callOff();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const callOff = clock.after(LOOK_EVERY_MS, end);
    signal?.addEventListener('abort', end);
  });
}
