/** Other tabs of this browser: Web Locks for mutual exclusion, one BroadcastChannel for messages. */
import { ModelError } from '../../errors';
import { withReachingLock } from '../shared/reachingLocks';
import { toldBy } from '../shared/told';
import type { Peers } from '../types';

/** Other software on the same origin may use locks and channels too. */
const PREFIX = 'modelshelf:';

export interface WebPeers extends Peers {
  close(): void;
}

/** @throws ModelError UNSUPPORTED where the browser has no locks (plain http from another computer). */
export function createWebPeers(channelName = 'all'): WebPeers {
  const locks = (navigator as Partial<Navigator>).locks;
  if (!locks) {
    throw new ModelError('UNSUPPORTED', { feature: 'turns-between-tabs', host: 'web' });
  }
  // Without a channel, a tab shows changes by other tabs only after a reload; locks still exclude other tabs.
  const channel = toldBy(() => new BroadcastChannel(`${PREFIX}${channelName}`));

  const withLock: Peers['withLock'] = async (name, work, { onWait, signal } = {}) => {
    signal?.throwIfAborted();
    const fullName = `${PREFIX}${name}`;
    // Requested without queueing first, to find out whether another tab holds the lock.
    const atOnce = await locks.request(fullName, { ifAvailable: true }, async (lock) =>
      lock ? { value: await work() } : undefined,
    );
    if (atOnce) return atOnce.value;
    onWait?.();
    return locks.request(fullName, signal ? { signal } : {}, work);
  };

  return {
    withLock,
    withFolder: withReachingLock(withLock),
    send(message) {
      channel?.postMessage(message);
    },
    subscribe(listener) {
      const hear = (event: MessageEvent<unknown>) => {
        listener(event.data);
      };
      channel?.addEventListener('message', hear);
      return () => {
        channel?.removeEventListener('message', hear);
      };
    },
    close() {
      channel?.close();
    },
  };
}
