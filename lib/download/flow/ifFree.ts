/** Work under a lock that nobody else holds: where another owner is at work, it isn't waited for. */
import { isAbortError } from '../../errors';
import type { LockOptions } from '../../platform/types';

/**
 * Calls `lock` with options that end its waiting at once. False, without the work, where another owner holds the lock.
 * @throws what the work does
 */
export async function ifFree(lock: (options: LockOptions) => Promise<void>): Promise<boolean> {
  const giveUp = new AbortController();
  const onWait = () => {
    giveUp.abort();
  };
  try {
    await lock({ onWait, signal: giveUp.signal });
    return true;
  } catch (error) {
    if (giveUp.signal.aborted && isAbortError(error)) return false;
    throw error;
  }
}
