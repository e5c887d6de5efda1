/** What the updates report: plain data for the UI. */
import type { ModelFailure } from '../../errors';
import type { ModelUpdate } from './modelUpdate';
import type { UpdateStep } from './updateStep';

export interface HeldModel {
  reason: string;
  /** In milliseconds since 1970. */
  heldAt: number;
}

/** All by model id. */
export interface UpdatesSnapshot {
  isLooking: boolean;
  /** When the hub was last asked in this run, in milliseconds since 1970. */
  lookedAt: number | undefined;
  updates: Readonly<Record<string, ModelUpdate>>;
  /** Why the hub couldn't be asked about a model. The installed version stays. */
  problems: Readonly<Record<string, ModelFailure>>;
  /** Updates that run. */
  steps: Readonly<Record<string, UpdateStep>>;
  /** Why the last update of a model failed. The installed version stays. */
  failures: Readonly<Record<string, ModelFailure>>;
  held: Readonly<Record<string, HeldModel>>;
  /** The bytes of the earlier versions that can come back. */
  earlier: Readonly<Record<string, number>>;
}

export const NO_UPDATES: UpdatesSnapshot = {
  ...{ isLooking: false, lookedAt: undefined, updates: {}, problems: {} },
  ...{ steps: {}, failures: {}, held: {}, earlier: {} },
};
