/** Locks and messages between platforms of one test, each standing for a tab or a process. */
import { throwIfAborted } from '../../download/flow/abortable';
import { abortError } from '../../errors';
import { withReachingLock } from '../shared/reachingLocks';
import type { LockOptions, Peers } from '../types';

/** The state that the owners of one store share. */
export interface MemoryNeighbourhood {
  /** The held locks by name, each with its waiting owners. */
  readonly held: Map<string, (() => void)[]>;
  readonly listeners: Set<{ owner: symbol; listener: (message: unknown) => void }>;
}

export function createMemoryNeighbourhood(): MemoryNeighbourhood {
  return { held: new Map(), listeners: new Set() };
}

/** The `Peers` of one owner. */
export function createMemoryPeers({ held, listeners }: MemoryNeighbourhood): Peers {
  const owner = Symbol('owner');

  const withLock: Peers['withLock'] = async (name, work, options = {}) => {
    if (options.signal) throwIfAborted(options.signal);
    const waiting = held.get(name);
    if (waiting) await turn(waiting, options);
    else held.set(name, []);
    try {
      return await work();
    } finally {
      const next = held.get(name)?.shift();
      if (next) next();
      else held.delete(name);
    }
  };

  return {
    withLock,
    withFolder: withReachingLock(withLock),
    send(message) {
      const text = JSON.stringify(message);
      for (const entry of listeners) {
        if (entry.owner === owner) continue;
        // Delivered later and as a copy, as between real tabs.
        queueMicrotask(() => {
          if (listeners.has(entry)) entry.listener(JSON.parse(text));
        });
      }
    },

    subscribe(listener) {
      const entry = { owner, listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
}

/** Resolves when the previous holder passes the lock on. */
function turn(waiting: (() => void)[], { onWait, signal }: LockOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.splice(waiting.indexOf(take), 1);
      reject(abortError());
    };
    const take = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    waiting.push(take);
    signal?.addEventListener('abort', leave, { once: true });
    onWait?.();
  });
}
