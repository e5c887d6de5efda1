/** Decides how many connections a file may have at a time. */
import type { Clock, Host } from '../../platform/types';

const FIRST_CONNECTIONS = 8;
/** Earlier than this, TCP slow start still limits a connection's speed. */
const WIDEN_AFTER_MS = 200;
/** When the process is busy for this part of the time, the process is what limits the transfer. */
const BUSY = 0.8;

export interface ConnectionTools {
  clock: Clock;
  host: Pick<Host, 'watchLoad'>;
}

export interface Connections {
  /** How many connections may be open now; 0 while all of them pause after failures. */
  limit(): number;
  /** Tells how many ranges at a time suit the server; until then the limit is one. */
  open(maxConnections: number): void;
  /** Tells that the server refused a connection while `others` were open; the limit is then at most `others`. */
  refused(others: number): void;
  /** Lowers the limit by one for `delayMs`: a failed connection isn't replaced at once, while the others go on. */
  rest(delayMs: number): void;
  close(): void;
}

/** `onMore` is called when the limit has risen. */
export function createConnections(
  { clock, host }: ConnectionTools,
  onMore: () => void,
): Connections {
  let most: number | undefined;
  let current = 1;
  let callOffWidening: (() => void) | undefined;
  const resting = new Set<() => void>();

  /**
   * Where a server limits each connection, or packets are lost, twice as many connections bring twice as
   * many bytes. Where the network is faster than this process, more connections would only compete.
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
