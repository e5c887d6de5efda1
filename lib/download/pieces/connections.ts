/** How many connections a file may have now. */
import type { Clock, Host } from '../../platform/types';

const FIRST_CONNECTIONS = 8;
/** Before that, what a connection carries is the network's slow start. */
const WIDEN_AFTER_MS = 200;
/** A process that is busy for so much of the time is what the file waits for. */
const BUSY = 0.8;

export interface ConnectionTools {
  clock: Clock;
  host: Pick<Host, 'watchLoad'>;
}

export interface Connections {
  /** How many may be open now; 0 while those that failed rest. */
  limit(): number;
  /** The server said how many ranges are worth it; before that there is one. */
  open(maxConnections: number): void;
  /** The server refused one more while `others` were open: so many it takes, and no more. */
  refused(others: number): void;
  /** One fewer for so long: the place of one that failed, while the others go on. */
  rest(delayMs: number): void;
  close(): void;
}

/** `onMore` is told when more may be open than before. */
export function createConnections(
  { clock, host }: ConnectionTools,
  onMore: () => void,
): Connections {
  let most: number | undefined;
  let current = 1;
  let callOffWidening: (() => void) | undefined;
  const resting = new Set<() => void>();

  /**
   * Where a server limits each connection, or packets are lost, twice as many bring twice as much. On
   * a line so fast that it is this process that can't keep up, they would be in each other's way.
   */
  function widenLater(): () => void {
    const load = host.watchLoad?.();
    return clock.after(WIDEN_AFTER_MS, () => {
      if (load !== undefined && load() > BUSY) return;
      current = most ?? current;
      onMore();
    });
  }

  return {
    limit: () => Math.max(0, current - resting.size),
    open(maxConnections) {
      if (most === undefined) {
        most = maxConnections;
        current = Math.min(FIRST_CONNECTIONS, most);
      }
      callOffWidening ??= widenLater();
    },
    refused(others) {
      most = Math.max(1, Math.min(most ?? 1, others));
      current = Math.min(current, most);
    },
    rest(delayMs) {
      const callOff = clock.after(delayMs, () => {
        resting.delete(callOff);
        onMore();
      });
      resting.add(callOff);
    },
    close() {
      callOffWidening?.();
      for (const callOff of resting) callOff();
    },
  };
}
