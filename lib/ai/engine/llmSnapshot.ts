/** The session's report about the engine: plain data for the UI. */
import type { ModelFailure } from '../../errors';
import type { GenerationStats } from '../../platform/types';
import type { WarmModel } from './modelPool';

export type LlmStatus =
  | { kind: 'empty' }
  /** `fraction` in [0, 1]; undefined if the engine doesn't report it. */
  | { kind: 'loading'; modelId: string; fraction: number | undefined }
  | { kind: 'ready'; modelId: string }
  | { kind: 'generating'; modelId: string }
  /** A measurement has borrowed the model. */
  | { kind: 'measuring'; modelId: string }
  /** The load failed, and there is no other model to go back to. After a failed answer the status is `ready`. */
  | { kind: 'failed'; modelId: string; failure: ModelFailure };

export interface LlmSnapshot {
  status: LlmStatus;
  /** Statistics of the last answer that was completed. */
  lastStats: GenerationStats | undefined;
  /** Every model in memory; the most recently used one comes first. */
  loaded: readonly WarmModel[];
  /** The model that is being loaded beside the one that answers. */
  preloadingId: string | undefined;
  /** The model whose load was running when the app was killed; undefined again once it loads. */
  interruptedId: string | undefined;
}
