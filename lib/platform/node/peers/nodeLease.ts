/**
 * A lease on the volume itself, for owners that no lock reaches: a record that its owner rewrites
 * regularly. Its age is measured only with the volume's own times, because clocks differ between machines.
 * The lease keeps two owners from doing the same work. It doesn't protect one owner's files from the other
 * owner. Where the volume can't store a record, there are no leases.
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
/** An owner that gives no sign of life for this long loses the lease. */
const EXPIRES_MS = 15_000;
const LOOK_EVERY_MS = 1_000;
const MOST_BYTES = 4096;

export interface Lease {
  /** Aborted when another owner is found to have the lease. */
  readonly lost: AbortSignal;
  /** @throws ModelError STORAGE_BUSY when another owner has the lease */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface LeaseRequest extends Reach {
  /** The leased folder, as a path in the store. */
  folder: string;
  /** The record's place, in a folder that exists; undefined where there can be no record. */
  place: string | undefined;
  owner: string;
  clock: Clock;
}

/** Resolves when the owner has the lease, or when the volume can't store one. Rejects only with the signal's reason. */
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
  /** Changes with each sign of life, where the volume keeps times. */
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
    // No permission, no space, or not a file: there can be no lease here.
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

/** Undefined for an incomplete record, whose owner died while writing it. */
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

/**
 * Writes the new record beside the old one. Its time shows the volume's current time; then it replaces the old record.
 */
async function takeOver(
  place: string,
  text: string,
  { found, isOver }: { found: Found; isOver: boolean },
): Promise<Outcome> {
  const sibling = siblingOf(place);
  try {
    const { mtimeMs } = await writeNew(sibling, text);
    const isExpired = isOver || mtimeMs - found.writtenAtMs > EXPIRES_MS;
    // Another process may be taking over at the same time, or the old owner may have woken up.
    if (!isExpired || (await readLease(place))?.state !== found.state) return 'held';
    await rename(sibling, place);
    return 'taken';
  } catch (error) {
    if (isOver) throw error;
    // The volume's time is unknown, and the old owner may be alive.
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
    // Other owners would wait for a record without an owner's name.
    await rm(place, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Whether a record has stayed unchanged for longer than a living owner leaves it, by our own clock: for volumes that
 * keep no times.
 */
function createWatch(clock: Clock): (found: Found) => boolean {
  let last = { state: '', sinceMs: 0 };
  return ({ state }) => {
    const nowMs = clock.monotonicMs();
    if (state !== last.state) last = { state, sinceMs: nowMs };
    return nowMs - last.sinceMs > EXPIRES_MS;
  };
}

/** Used where there can be no lease: nothing can be checked, so the lease is never lost. */
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
      // A record that can't be removed expires.
      if (!controller.signal.aborted) await rm(place, { force: true }).catch(() => undefined);
    },
  };
}

/** Gives a sign of life; false when the record belongs to another owner. */
async function renew(place: string, text: string): Promise<boolean> {
  try {
    const handle = await open(place, constants.O_RDWR | NO_FOLLOW);
    try {
      // Read and written through one handle: a new owner puts another file in its place, and the old file is then
      // unused.
      const isOurs = (await read(handle)).text === text;
      if (isOurs) await handle.write(text, 0);
      return isOurs;
    } finally {
      await handle.close();
    }
  } catch (error) {
    // A failure of the volume doesn't mean that the lease is lost.
    return !isAbsent(error);
  }
}

/** Waits until the next check, or until the signal aborts. */
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
