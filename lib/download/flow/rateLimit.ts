/** The speed limit for all transfers together, and the number of connections that it allows them. */
import type { Downloader } from '../../platform/types';

/** Below this speed another connection isn't worth its overhead, and many slow connections look like stalls. */
const CONNECTION_BYTES_PER_SECOND = 512 * 1024;

export interface RateLimit {
  /** Sets the limit in bytes per second; undefined removes it. Takes effect at once. */
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
