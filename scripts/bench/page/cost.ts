/** What the page and whoever drives it agree on. */
export const WAYS = ['modelshelf', 'pipeTo', 'plainWorker'] as const;
export type Way = (typeof WAYS)[number];

export interface PageCost {
  seconds: number;
  frameGapMs: number;
  /** Of one task that kept the page's main thread; 0 when none took 50 ms. */
  longTaskMs: number;
  /** Of the page's own heap: workers have their own. */
  peakHeapBytes: number;
}
