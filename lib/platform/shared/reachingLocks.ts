/** Owned folders where locks reach every process that can write to the store: an owner never loses its folder. */
import type { OwnFolder, Peers } from '../types';

/** The owner of the lock works in the folder itself. */
export function withReachingLock(withLock: Peers['withLock']): Peers['withFolder'] {
  return ({ name, folder }, work, options) => {
    const own: OwnFolder = {
      lost: new AbortController().signal,
      take: () => Promise.resolve({ path: folder, isSound: true }),
      confirm: () => Promise.resolve(),
    };
    return withLock(name, () => work(own), options);
  };
}
