/** One process owns the store on a phone: locks are queues in memory, and messages have no receivers. */
import { abortError } from '../../errors';
import { withReachingLock } from '../shared/reachingLocks';
import type { LockOptions, Peers } from '../types';

/** Every `Peers` of one `NativeLocks` excludes the others, as a screen and a background task of the app have to. */
export type NativeLocks = Map<string, (() => void)[]>;

export function createNativePeers(locks: NativeLocks): Peers {
  const withLock: Peers['withLock'] = async (name, work, options = {}) => {
    if (options.signal?.aborted) throw abortError();
    const waiting = locks.get(name);
    if (waiting) await turn(waiting, options);
    else locks.set(name, []);
    try {
      return await work();
    } finally {
      const next = locks.get(name)?.shift();
      if (next) next();
      else locks.delete(name);
    }
  };

  return {
    withLock,
    withFolder: withReachingLock(withLock),
    send: () => undefined,
    subscribe: () => () => undefined,
  };
}

/** Resolves when the previous holder passes the lock on. */
function turn(waiting: (() => void)[], { onWait, signal }: LockOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      signal?.removeEventListener('abort', leave);
      waiting.splice(waiting.indexOf(take), 1);
      reject(abortError());
    };
    const take = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    waiting.push(take);
    signal?.addEventListener('abort', leave);
    onWait?.();
  });
}
