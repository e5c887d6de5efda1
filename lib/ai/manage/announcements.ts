/** Tells other tabs that rows of the database have changed. A message says only that: each tab reads the rows itself. */
import type { Peers } from '../../platform/types';

export interface Announcements {
  /** Tells the other tabs. */
  tell(): void;
  close(): void;
}

/**
 * Calls `read` when another tab tells that the rows of this kind have changed: one reading at a time, and one more for
 * all messages that come meanwhile. After a reading that failed, the last rows stay in use.
 */
export function createAnnouncements(
  peers: Peers,
  kind: string,
  read: () => Promise<void>,
): Announcements {
  let isReading = false;
  let isStale = false;

  async function readAgain(): Promise<void> {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      await read().catch(() => undefined);
    }
    isReading = false;
  }

  const stop = peers.subscribe((message) => {
    if (kindOf(message) === kind) void readAgain();
  });
  return {
    tell() {
      peers.send({ kind });
    },
    close: stop,
  };
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message
    ? message.kind
    : undefined;
}
