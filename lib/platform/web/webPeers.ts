/** Other tabs of this browser: Web Locks for turns, one BroadcastChannel for news. */
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
  // Without one, a tab shows what others do when it is loaded anew; locks still keep them apart.
  const channel = toldBy(() => new BroadcastChannel(`${PREFIX}${channelName}`));

  const withLock: Peers['withLock'] = async (name, work, { onWait, signal } = {}) => {
    signal?.throwIfAborted();
    const fullName = `${PREFIX}${name}`;
    // Asked first without queueing: only then is it known that somebody else holds it.
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
