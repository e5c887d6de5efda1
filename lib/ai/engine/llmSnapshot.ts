/** What the session says of the engine: plain data that goes up to the UI. */
import type { ModelFailure } from '../../errors';
import type { GenerationStats } from '../../platform/types';
import type { WarmModel } from './modelPool';

export type LlmStatus =
  | { kind: 'empty' }
  /** `fraction` in [0, 1]; undefined where the engine doesn't tell. */
  | { kind: 'loading'; modelId: string; fraction: number | undefined }
  | { kind: 'ready'; modelId: string }
  | { kind: 'generating'; modelId: string }
  /** It is lent to a measurement. */
  | { kind: 'measuring'; modelId: string }
  /** The load failed, and there is no other model to go back to. A failed answer isn't this: the model is still `ready`. */
  | { kind: 'failed'; modelId: string; failure: ModelFailure };

export interface LlmSnapshot {
  status: LlmStatus;
  /** Of the last answer that came to its end. */
  lastStats: GenerationStats | undefined;
  /** Every model in memory; the one that was used last comes first. */
  loaded: readonly WarmModel[];
  /** The model that is coming into memory beside the one that answers. */
  preloadingId: string | undefined;
  /** The model that the app was killed over while loading it, until it loads after all. */
  interruptedId: string | undefined;
}
