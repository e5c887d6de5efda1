/** What the page and whoever opens it agree on. */
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';

export const WAYS = ['modelshelf', 'pipeTo', 'plainWorker'] as const;
export type Way = (typeof WAYS)[number];

/** Ways to hash the bytes of a file, without the file. */
export const HASHES = ['simdSha256', 'hashWasm'] as const;
export type Hash = (typeof HASHES)[number];

/** Stands as JSON behind the `#` of the page's address. */
export interface PageTask {
  way: Way | Hash;
  model: LlmModelConfig;
  /** Where the answer is posted to. */
  answerUrl: string;
}

export type PageAnswer = PageCost | { failure: string };

export interface PageCost {
  seconds: number;
  frameGapMs: number;
  /** Of one task that kept the page's main thread; 0 when none took 50 ms. */
  longTaskMs: number;
  /** Of the page's own heap: workers have their own. */
  peakHeapBytes: number;
}
