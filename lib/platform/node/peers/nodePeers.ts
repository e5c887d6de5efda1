/**
 * Locks between processes that share a models folder on one computer: the process that listens
 * on a name derived from the folder holds the lock. The system frees the name when the process
 * dies in any way, so no lock is ever left behind. Computers that share a folder over a network,
 * and containers with networks of their own, don't see each other's names. For a folder of the
 * store, its owner therefore also takes a lease on the volume, and works in a folder of its own.
 */
import { createHash } from 'node:crypto';
import { realpath, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { ModelError } from '../../../errors';
import { ownersFolder } from '../../shared/storePath';
import type { Clock, FolderLock, LockOptions, OwnFolder, Peers } from '../../types';
import { isAbsent, reasonOf, systemCode } from '../nodeErrors';
import { takeLease } from './nodeLease';
import { createOwner } from './nodeOwner';
import { leavePlace, makeOwnersFolder, removeOwnersFolder, takePlace } from './nodePlaces';

// The wait when one process frees the name while another one tries to take it.
const RETRY_DELAY_MS = 10;

export interface NodePeersOptions {
  modelsFolder: string;
  clock: Clock;
  /** Closes all files that this process has open at or below a path in the store. */
  closeBelow: (path: string) => Promise<void>;
}

/** Messages are dropped: a separate process has no page that others would have to keep up to date. */
export function createNodePeers(options: NodePeersOptions): Peers {
  const withLock: Peers['withLock'] = async (name, work, lockOptions = {}) => {
    const lock = await takeLock(await addressOf(options.modelsFolder, name), lockOptions);
    try {
      return await work();
    } finally {
      await lock.release();
    }
  };
  return {
    withLock,
    withFolder(lock, work, { signal, onWait } = {}) {
      let waits = 0;
      const onFirstWait = () => {
        if (++waits === 1) onWait?.();
      };
      const lockOptions = { ...(signal && { signal }), onWait: onFirstWait };
      return withLock(
        lock.name,
        () => withLease(options, { lock, work, lockOptions }),
        lockOptions,
      );
    },
    send: () => undefined,
    subscribe: () => () => undefined,
  };
}

interface FolderWork<T> {
  lock: FolderLock;
  work: (own: OwnFolder) => Promise<T>;
  lockOptions: LockOptions;
}

/** Called while this process holds the lock, which excludes the owners that locks reach. */
async function withLease<T>(
  { modelsFolder: root, clock, closeBelow }: NodePeersOptions,
  { lock: { name, folder }, work, lockOptions }: FolderWork<T>,
): Promise<T> {
  const reach = { root, address: await addressOf(root, name) };
  const request = { ...reach, folder, owner: createOwner(reach) };
  // If the folder can't be made, the work itself fails with the reason, if it needs the folder.
  const place = await makeOwnersFolder(request).catch(() => undefined);
  const lease = await takeLease({ ...request, place, clock }, lockOptions);
  const { lost, confirm } = lease;
  try {
    return await work({ lost, confirm, take: () => takePlace(request) });
  } finally {
    await closeBelow(`${ownersFolder(folder)}/${request.owner}`);
    await confirm().catch(() => undefined);
    await leavePlace(request, lost.aborted);
    await lease.release();
    await removeOwnersFolder(place);
  }
}

async function addressOf(modelsFolder: string, name: string): Promise<string> {
  const identity = `${await realFolder(modelsFolder)}\0${name}`;
  const id = `modelshelf-${createHash('sha256').update(identity).digest('hex').slice(0, 40)}`;
  if (process.platform === 'linux') return `\0${id}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${id}`;
  return join(tmpdir(), id);
}

// The folder may not exist yet, and its path may contain links: all processes have to derive the same name.
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (!isAbsent(error) || parent === folder) {
      throw new ModelError('STORAGE_UNAVAILABLE', { reason: reasonOf(error) }, { cause: error });
    }
    return join(await realFolder(parent), basename(folder));
  }
}

interface Lock {
  release(): Promise<void>;
}

async function takeLock(address: string, { onWait, signal }: LockOptions): Promise<Lock> {
  let hasWaited = false;
  for (;;) {
    signal?.throwIfAborted();
    const lock = await tryListen(address);
    if (lock) return lock;
    if (!hasWaited) onWait?.();
    hasWaited = true;
    signal?.throwIfAborted();
    const end = await untilReleased(address, signal);
    if (end === 'refused') await removeStale(address);
    if (end !== 'released') await delay(RETRY_DELAY_MS);
  }
}

/** The lock, or undefined when another process holds it. */
function tryListen(address: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiters = new Set<Socket>();
    const server = createServer((socket) => {
      waiters.add(socket);
      // No data is expected on this connection; received bytes are dropped.
      socket.resume();
      socket.on('error', () => undefined);
      socket.once('close', () => waiters.delete(socket));
    });
    server.once('error', (error) => {
      if (systemCode(error) === 'EADDRINUSE') resolve(undefined);
      else reject(lockError(error));
    });
    server.listen({ path: address, exclusive: true }, () => {
      resolve({ release: () => release(server, waiters) });
    });
  });
}

function release(server: Server, waiters: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    for (const socket of waiters) socket.destroy();
  });
}

function lockError(error: unknown): ModelError {
  return new ModelError(
    'DISK_IO',
    { path: '', reason: `lock: ${reasonOf(error)}` },
    { cause: error },
  );
}

type End = 'released' | 'refused' | 'busy';

/** Stays connected to the holder until the holder releases the lock or dies. */
function untilReleased(address: string, signal?: AbortSignal): Promise<End> {
  return new Promise((resolve, reject) => {
    let end: End = 'released';
    const socket = connect(address);
    const stop = () => socket.destroy();
    signal?.addEventListener('abort', stop, { once: true });
    socket.resume();
    socket.on('error', (error) => {
      const code = systemCode(error);
      if (code === 'ECONNREFUSED') end = 'refused';
      else if (code !== 'ECONNRESET') end = 'busy';
    });
    socket.once('close', () => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve(end);
    });
  });
}

// Only socket files outlive their process; abstract names and pipes don't.
async function removeStale(address: string): Promise<void> {
  if (process.platform === 'linux' || process.platform === 'win32') return;
  try {
    const before = await stat(address);
    if ((await untilReleased(address)) !== 'refused') return;
    // Another process may have removed the file and taken the name since.
    if ((await stat(address)).ino === before.ino) await unlink(address);
  } catch (error) {
    if (!isAbsent(error)) throw lockError(error);
  }
}
