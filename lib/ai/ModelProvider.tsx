/** Binds the manager and the selection to React: snapshots come up, intentions go down. */
import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import { isAbortError } from '../errors';
import type { Host } from '../platform/types';
import type { BuildChoice } from './buildChoice';
import type { CatalogProblem } from './catalog';
import { selectedModel } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import type { RuntimeOf } from './modelFiles';
import type { ModelManager, OnVerified } from './modelManager';
import type { ModelSelection } from './modelSelection';
import type { ManagerSnapshot } from './modelState';

export interface ModelServices {
  host: Host;
  models: readonly LlmModelConfig[];
  /** What of a catalog couldn't be used; the rest was. */
  catalogProblems: readonly CatalogProblem[];
  manager: ModelManager;
  selection: ModelSelection;
}

export interface ModelBinding {
  host: Host;
  models: readonly LlmModelConfig[];
  catalogProblems: readonly CatalogProblem[];
  snapshot: ManagerSnapshot;
  runtimeOf: RuntimeOf;
  /** What `runtimeOf` says, and why. */
  buildChoiceOf(config: LlmModelConfig): BuildChoice;
  /** The id of `currentConfig`. */
  selectedModelId: string;
  /** What is selected, or the default where that isn't offered any more. */
  currentConfig: LlmModelConfig;
  /** Selects an installed model: database, then engine. Rejects as `ModelSelection.select` does. */
  reloadModel(config: LlmModelConfig): Promise<void>;
  /** Starts or goes on. Resolves when the transfer ended in any way: the model's state says how. */
  download(config: LlmModelConfig): Promise<void>;
  pause(config: LlmModelConfig): void;
  cancel(config: LlmModelConfig): Promise<void>;
  remove(config: LlmModelConfig): Promise<void>;
  /** Reads an installed model back. Rejects as `verifyModel` does. */
  verify(config: LlmModelConfig, onVerified?: OnVerified): Promise<void>;
  /** Fetches what is damaged of an installed model. Resolves when that ended in any way, as `download`. */
  repair(config: LlmModelConfig): Promise<void>;
  /** Bytes a second for all transfers together; undefined for no limit. */
  limitRate(bytesPerSecond: number | undefined): Promise<void>;
  /** Whether files wait for a network that isn't metered, on hosts that tell networks apart. */
  keepToWifi(isKept: boolean): Promise<void>;
}

const ModelContext = createContext<ModelBinding | undefined>(undefined);

/** @throws Error outside of a ModelProvider: render the component inside of the app's root layout. */
export function useModel(): ModelBinding {
  const binding = use(ModelContext);
  if (binding === undefined) throw new Error('useModel needs a ModelProvider above it.');
  return binding;
}

export function ModelProvider({
  services,
  children,
}: PropsWithChildren<{ services: ModelServices }>) {
  const { manager, selection, models } = services;
  const snapshot = useSyncExternalStore(manager.subscribe, manager.getSnapshot);
  const selectedId = useSyncExternalStore(selection.subscribe, selection.getSelectedModelId);
  const currentConfig = selectedModel(models, selectedId);
  const intentions = useMemo(() => bindIntentions(services), [services]);
  const binding = useMemo<ModelBinding>(
    () => ({
      host: services.host,
      models,
      catalogProblems: services.catalogProblems,
      snapshot,
      runtimeOf: manager.runtimeOf,
      buildChoiceOf: manager.buildChoiceOf,
      selectedModelId: currentConfig.modelId,
      currentConfig,
      ...intentions,
    }),
    [services, manager, models, snapshot, currentConfig, intentions],
  );
  return <ModelContext value={binding}>{children}</ModelContext>;
}

function bindIntentions({ manager, selection }: ModelServices) {
  const untilEnded = async ({ modelId }: LlmModelConfig, work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      // Pause and cancel are this person's own doing; any other failure is in the model's state.
      const isShown = manager.getSnapshot().states[modelId]?.kind === 'failed';
      if (!isAbortError(error) && !isShown) throw error;
    }
  };
  return {
    reloadModel: (config: LlmModelConfig) => selection.select(config),
    download: (config: LlmModelConfig) => untilEnded(config, manager.ensureModelPresent(config)),
    repair: (config: LlmModelConfig) => untilEnded(config, manager.repairModel(config)),
    limitRate: (bytesPerSecond: number | undefined) => manager.setRateLimit(bytesPerSecond),
    keepToWifi: (isKept: boolean) => manager.setWifiOnly(isKept),
    pause: (config: LlmModelConfig) => manager.pauseDownload(config),
    cancel: (config: LlmModelConfig) => manager.cancelDownload(config),
    remove: (config: LlmModelConfig) => selection.remove(config),
    verify: (config: LlmModelConfig, onVerified?: OnVerified) =>
      manager.verifyModel(config, onVerified),
  };
}
