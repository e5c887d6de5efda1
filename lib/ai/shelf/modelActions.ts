/** What a person can do with models, as components call it: failures that a model's state shows aren't thrown, too. */
import { isAbortError } from '../../errors';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager, OnVerified, Removal } from '../modelManager';

export interface ModelActions {
  /** Starts or resumes a download. Resolves when the transfer has ended in any way: the model's state tells how. */
  download(config: LlmModelConfig): Promise<void>;
  pause(config: LlmModelConfig): void;
  cancel(config: LlmModelConfig): Promise<void>;
  /** By default the model can come back: see `ModelManager.deleteModel`. */
  deleteModel(config: LlmModelConfig, removal?: Removal): Promise<void>;
  /** Takes a removal back. Rejects as `ModelManager.bringBack` does. */
  bringBack(config: LlmModelConfig): Promise<void>;
  /** Reads the files of an installed model back and checks them. Rejects as `verifyModel` does. */
  verify(config: LlmModelConfig, onVerified?: OnVerified): Promise<void>;
  /**
   * Downloads the damaged parts of an installed model. Resolves when the transfer has ended in any way, as `download`.
   */
  repair(config: LlmModelConfig): Promise<void>;
  /** Bytes a second for all transfers together; undefined for no limit. */
  setRateLimit(bytesPerSecond: number | undefined): Promise<void>;
  /** Whether downloads wait for an unmetered network, on hosts that tell networks apart. */
  setWifiOnly(isOn: boolean): Promise<void>;
}

export function bindActions(
  manager: ModelManager,
  { deleteModel, bringBack }: Pick<ModelActions, 'deleteModel' | 'bringBack'>,
): ModelActions {
  const untilEnded = async ({ modelId }: LlmModelConfig, work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      // Pause and cancel are the person's own actions; any other failure is in the model's state.
      const isShown = manager.getSnapshot().states[modelId]?.kind === 'failed';
      if (!isAbortError(error) && !isShown) throw error;
    }
  };
  return {
    download: (config) => untilEnded(config, manager.ensureModelPresent(config)),
    repair: (config) => untilEnded(config, manager.repairModel(config)),
    setRateLimit: (bytesPerSecond) => manager.setRateLimit(bytesPerSecond),
    setWifiOnly: (isOn) => manager.setWifiOnly(isOn),
    pause: (config) => manager.pauseDownload(config),
    cancel: (config) => manager.cancelDownload(config),
    deleteModel,
    bringBack,
    verify: (config, onVerified) => manager.verifyModel(config, onVerified),
  };
}
