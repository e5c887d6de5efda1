/** Brings an installed model to the version that the catalog or the lock states: beside it, tried, then in its place. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelManager } from '../../lib/ai/modelManager';
import type { ModelState } from '../../lib/ai/modelState';
import { RefusedVersion, runUpdate } from '../../lib/ai/updates/runUpdate';
import { systemClock } from '../../lib/platform/shared/systemClock';
import type { Engines, FileStore } from '../../lib/platform/types';

export interface BringTools {
  manager: Pick<ModelManager, 'versions' | 'runtimeOf'>;
  files: FileStore;
  engines?: Engines;
  onState: (state: ModelState) => void;
  signal?: AbortSignal;
}

type EarlierState = Extract<ModelState, { kind: 'installed' }> & { isEarlier: true };

export function isEarlierIn(state: ModelState): state is EarlierState {
  return state.kind === 'installed' && state.isEarlier === true;
}

/** @throws ModelError as `ModelVersions.bring`, and the reason why the version failed its trial; AbortError */
export async function bringStated(tools: BringTools, config: LlmModelConfig): Promise<void> {
  const { manager, files, engines = {}, onState } = tools;
  const { versions, runtimeOf } = manager;
  const signal = tools.signal ?? new AbortController().signal;
  try {
    await runUpdate(
      {
        ...{ files, engines, versions, runtimeOf, clock: systemClock },
        whenEngineFree: (_, work) => work(signal),
        isWorthTrying: () => true,
      },
      config,
      {
        signal,
        onStep: (step) => {
          if (step.kind === 'bringing') onState(step.state);
        },
      },
    );
  } catch (error) {
    if (!(error instanceof RefusedVersion)) throw error;
    await versions.discard(config);
    throw error.cause;
  }
}
