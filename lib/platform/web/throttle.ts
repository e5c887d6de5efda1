/** Limits the transfers of this worker to their common rate. */
import { createRateLimiter } from '../../download/flow/rateLimiter';
import type { Clock } from '../types';

export interface Throttle {
  /** Bytes a second; undefined for no limit. */
  set(bytesPerSecond: number | undefined): void;
  /** The most bytes to read at once. */
  pieceBytes(): number;
  /** Call after reading `bytes`; resolves when the transfer may read more, or on abort. */
  taken(bytes: number, signal: AbortSignal): Promise<void>;
}

const LARGEST_PIECE_BYTES = 1024 * 1024;
const SMALLEST_PIECE_BYTES = 1024;
/** Keeps each wait short, however many transfers share the rate: a transfer that seems silent is given up. */
const PIECES_A_SECOND = 16;

export function createThrottle(clock: Clock): Throttle {
  const limiter = createRateLimiter(clock);
  let pieceBytes = LARGEST_PIECE_BYTES;
  return {
    set(bytesPerSecond = Infinity) {
      limiter.set(bytesPerSecond === Infinity ? undefined : bytesPerSecond);
      const share = Math.floor(bytesPerSecond / PIECES_A_SECOND);
      pieceBytes = Math.min(LARGEST_PIECE_BYTES, Math.max(SMALLEST_PIECE_BYTES, share));
    },
    pieceBytes: () => pieceBytes,
    async taken(bytes, signal) {
      const delayMs = limiter.delayMs(bytes);
      if (delayMs < 1 || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const stop = () => {
          callOff();
          resolve();
        };
        const callOff = clock.after(delayMs, () => {
          signal.removeEventListener('abort', stop);
          resolve();
        });
        signal.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
