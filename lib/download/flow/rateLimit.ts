/** The cap on all transfers together, and what it means for how many connections they get. */
import type { Downloader } from '../../platform/types';

/** Below this a connection of its own isn't worth its overhead, and many slow ones look like stalls. */
const CONNECTION_BYTES_PER_SECOND = 512 * 1024;

export interface RateLimit {
  /** Bytes a second, or undefined for as fast as it goes. Takes effect at once. */
  set(bytesPerSecond: number | undefined): void;
  /** How many of `connections` each of `files` may have at once. */
  share(connections: number, files: number): number;
}

export function createRateLimit(downloader: Pick<Downloader, 'setRateLimit'>): RateLimit {
  let limit: number | undefined;
  return {
    set(bytesPerSecond) {
      limit = bytesPerSecond;
      downloader.setRateLimit(bytesPerSecond);
    },
    share(connections, files) {
      const worthwhile = Math.floor((limit ?? Infinity) / CONNECTION_BYTES_PER_SECOND);
      return Math.max(1, Math.floor(Math.min(connections, worthwhile) / Math.max(1, files)));
    },
  };
}
