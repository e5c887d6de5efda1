import { toldNumber } from '../../shared/told';

const MOST_THREADS = 4;

/** Threads need shared memory, which is available only in a cross-origin isolated page. */
export function usableThreads(): number {
  if (!crossOriginIsolated) return 1;
  return Math.min(toldNumber(navigator.hardwareConcurrency, 1) ?? 1, MOST_THREADS);
}
