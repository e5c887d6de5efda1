/** Binds the manager and the selection to React: snapshots come up, intentions go down. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import { isAbortError } from '../errors';
import type { Host } from '../platform/types';
import type { BuildChoice } from './registry/buildChoice';
import type { CatalogProblem } from './registry/catalog';
import { selectedModel } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import type { RuntimeOf } from './registry/modelFiles';
import type { ModelManager, OnVerified } from './modelManager';
import type { ModelSelection } from './engine/modelSelection';
import type { ManagerSnapshot, ModelState } from './modelState';

export interface ModelServices {
  host: Host;
  models: readonly LlmModelConfig[];
  /** What of a catalog couldn't be used; the rest was. */
  catalogProblems: readonly CatalogProblem[];
  manager: ModelManager;
  selection: ModelSelection;
}

/** What changes with a selection alone. What the manager says of its models, the hooks below read piece by piece. */
export interface ModelBinding {
  host: Host;
  models: readonly LlmModelConfig[];
  catalogProblems: readonly CatalogProblem[];
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
  deleteModel(config: LlmModelConfig): Promise<void>;
  /** Reads an installed model back. Rejects as `verifyModel` does. */
  verify(config: LlmModelConfig, onVerified?: OnVerified): Promise<void>;
  /** Fetches what is damaged of an installed model. Resolves when that ended in any way, as `download`. */
  repair(config: LlmModelConfig): Promise<void>;
  /** Bytes a second for all transfers together; undefined for no limit. */
  setRateLimit(bytesPerSecond: number | undefined): Promise<void>;
  /** Whether files wait for a network that isn't metered, on hosts that tell networks apart. */
  setWifiOnly(isOn: boolean): Promise<void>;
}

interface ModelContent {
  binding: ModelBinding;
  manager: ModelManager;
}

const ModelContext = createContext<ModelContent | undefined>(undefined);
const ABSENT: ModelState = { kind: 'absent' };

function useContent(): ModelContent {
  const content = use(ModelContext);
  if (content === undefined) throw new Error('useModel needs a ModelProvider above it.');
  return content;
}

/** @throws Error outside of a ModelProvider, as do the hooks below: render the component inside of the app's root layout. */
export function useModel(): ModelBinding {
  return useContent().binding;
}

/**
 * What `select` takes from what the manager says. The component is rendered again when that is another value by
 * `Object.is`, so that ten reports a second about a download render what shows them and nothing else.
 */
export function useManagerSnapshot<T>(select: (snapshot: ManagerSnapshot) => T): T {
  const { manager } = useContent();
  return useSyncExternalStore(manager.subscribe, () => select(manager.getSnapshot()));
}

export function useModelState(modelId: string): ModelState {
  return useManagerSnapshot(({ states }) => states[modelId] ?? ABSENT);
}

export function useIsInstalled(modelId: string): boolean {
  return useManagerSnapshot(({ states }) => states[modelId]?.kind === 'installed');
}

/** The models whose states fit, in the registry's order; the same array until others do. */
export function useModelsWhere(
  fits: (config: LlmModelConfig, state: ModelState) => boolean,
): readonly LlmModelConfig[] {
  const { models } = useModel();
  const fitting = useManagerSnapshot(({ states }) =>
    models.map((config) => (fits(config, states[config.modelId] ?? ABSENT) ? '1' : '0')).join(''),
  );
  return useMemo(() => models.filter((_, index) => fitting[index] === '1'), [models, fitting]);
}

/** The same array until others are installed. */
export function useInstalledModels(): readonly LlmModelConfig[] {
  return useModelsWhere(isInstalled);
}

function isInstalled(_config: LlmModelConfig, state: ModelState): boolean {
  return state.kind === 'installed';
}

/** Calls back with what the manager says now, and at each change, without rendering. The function has to stay the same. */
export function useManagerListener(listener: (snapshot: ManagerSnapshot) => void): void {
  const { manager } = useContent();
  useEffect(() => {
    const tell = () => listener(manager.getSnapshot());
    tell();
    return manager.subscribe(tell);
  }, [manager, listener]);
}

export function ModelProvider({
  services,
  children,
}: PropsWithChildren<{ services: ModelServices }>) {
  const { manager, selection, models } = services;
  const selectedId = useSyncExternalStore(selection.subscribe, selection.getSelectedModelId);
  const currentConfig = selectedModel(models, selectedId);
  const intentions = useMemo(() => bindIntentions(services), [services]);
  const content = useMemo<ModelContent>(
    () => ({
      manager,
      binding: {
        host: services.host,
        models,
        catalogProblems: services.catalogProblems,
        runtimeOf: manager.runtimeOf,
        buildChoiceOf: manager.buildChoiceOf,
        selectedModelId: currentConfig.modelId,
        currentConfig,
        ...intentions,
      },
    }),
    [services, manager, models, currentConfig, intentions],
  );
  return <ModelContext value={content}>{children}</ModelContext>;
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
    setRateLimit: (bytesPerSecond: number | undefined) => manager.setRateLimit(bytesPerSecond),
    setWifiOnly: (isOn: boolean) => manager.setWifiOnly(isOn),
    pause: (config: LlmModelConfig) => manager.pauseDownload(config),
    cancel: (config: LlmModelConfig) => manager.cancelDownload(config),
    deleteModel: (config: LlmModelConfig) => selection.deleteModel(config),
    verify: (config: LlmModelConfig, onVerified?: OnVerified) =>
      manager.verifyModel(config, onVerified),
  };
}
