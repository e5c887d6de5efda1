/** Folders of owners whose locks reach everybody who can write to the store: nothing can be lost. */
import type { OwnFolder, Peers } from '../types';

/** The folder itself is the place of whoever holds its lock. */
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
