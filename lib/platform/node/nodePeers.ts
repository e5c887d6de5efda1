/**
 * Locks between processes that share a models folder on one computer: whoever listens on a
 * name derived from the folder holds the lock. The system takes the name back when its
 * process dies, however it dies, so no lock is ever left behind. Computers that share a
 * folder over a network, and containers with networks of their own, don't see each other.
 */
import { createHash } from 'node:crypto';
import { realpath, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { ModelError } from '../../errors';
import type { LockOptions, Peers } from '../types';
import { isAbsent, reasonOf, systemCode } from './nodeErrors';

// Between two processes that give up and take the name in the same moment.
const RETRY_DELAY_MS = 10;

/** Messages stay within nobody: a process of its own has no page to keep up to date. */
export function createNodePeers(modelsFolder: string): Peers {
  return {
    async withLock(name, work, options = {}) {
      const lock = await takeLock(await addressOf(modelsFolder, name), options);
      try {
        return await work();
      } finally {
        await lock.release();
      }
    },
    send: () => undefined,
    subscribe: () => () => undefined,
  };
}

async function addressOf(modelsFolder: string, name: string): Promise<string> {
  const identity = `${await realFolder(modelsFolder)}\0${name}`;
  const id = `modelshelf-${createHash('sha256').update(identity).digest('hex').slice(0, 40)}`;
  if (process.platform === 'linux') return `\0${id}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${id}`;
  return join(tmpdir(), id);
}

// The folder may not exist yet, and its name may lead through links: both sides have to arrive at one name.
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

/** The lock, or undefined when somebody holds it. */
function tryListen(address: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiters = new Set<Socket>();
    const server = createServer((socket) => {
      waiters.add(socket);
      // Nothing is ever said; what somebody says anyway is dropped.
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

/** Stays connected to the holder until it lets go or dies. */
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
    // Somebody else may have cleared it away and taken the name since.
    if ((await stat(address)).ino === before.ino) await unlink(address);
  } catch (error) {
    if (!isAbsent(error)) throw lockError(error);
  }
}
