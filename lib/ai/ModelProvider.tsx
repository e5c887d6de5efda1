/** Binds the manager and the selection to React: snapshots come up, intentions go down. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import { isAbortError } from '../errors';
import type { Host } from '../platform/types';
import type { AddedSnapshot } from './added/addedModels';
import type { BuildChoice } from './registry/buildChoice';
import type { CatalogProblem } from './registry/catalog';
import { selectedModel } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import type { RuntimeOf } from './registry/modelFiles';
import type { ModelId } from './modelId';
import type { ModelManager, OnVerified } from './modelManager';
import type { ModelSelection } from './engine/modelSelection';
import type { ManagerSnapshot, ModelState } from './modelState';
import { toRegistry } from './registry/registry';
import type { Registry } from './registry/registry';
import type { ModelMark } from './settings/modelMarks';
import { ShelfContext, useShelf } from './shelf/ShelfProvider';
import type { ShelfSource } from './shelf/ShelfProvider';

export interface ModelServices {
  host: Host;
  /** A registry is followed: `useModel().models` and the hooks below change with it. */
  models: readonly LlmModelConfig[] | Registry;
  /** The entries of a catalog that can't be used; the others are in use. */
  catalogProblems: readonly CatalogProblem[];
  manager: ModelManager;
  selection: ModelSelection;
}

/** The values that change only with the selection and with what is offered. The hooks below read the manager's snapshot in parts. */
export interface ModelBinding {
  host: Host;
  /** The same array until other models are offered. */
  models: readonly LlmModelConfig[];
  catalogProblems: readonly CatalogProblem[];
  runtimeOf: RuntimeOf;
  /** The runtime that `runtimeOf` returns, and the reason for it. */
  buildChoiceOf(config: LlmModelConfig): BuildChoice;
  /** The id of `currentConfig`. */
  selectedModelId: string;
  /** The selected model, or the default if the selected one isn't offered any more. */
  currentConfig: LlmModelConfig;
  /** Selects an installed model: first in the database, then in the engine. Rejects as `ModelSelection.select` does. */
  reloadModel(config: LlmModelConfig): Promise<void>;
  /** Starts or resumes a download. Resolves when the transfer has ended in any way: the model's state tells how. */
  download(config: LlmModelConfig): Promise<void>;
  pause(config: LlmModelConfig): void;
  cancel(config: LlmModelConfig): Promise<void>;
  deleteModel(config: LlmModelConfig): Promise<void>;
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

const ModelContext = createContext<ModelBinding | undefined>(undefined);
const ABSENT: ModelState = { kind: 'absent' };

function useSource(): ShelfSource {
  const source = use(ShelfContext);
  if (source === undefined) {
    throw new Error(
      'useModel needs a ModelProvider above it; with an id, a ShelfProvider is enough.',
    );
  }
  return source;
}

/**
 * With an id: the state of that model, `absent` for an id that isn't offered. The component is rendered again only
 * when that state changes. Without an id: the selected model, and what a person can do with models.
 *
 * @throws Error outside of a ModelProvider: render the component inside of the app's root layout. With an id, and for
 * the hooks below, a ShelfProvider is enough.
 */
export function useModel(): ModelBinding;
export function useModel(modelId: ModelId): ModelState;
export function useModel(modelId?: ModelId): ModelBinding | ModelState {
  const { manager } = useSource();
  const state = useSyncExternalStore(
    modelId === undefined ? subscribeToNothing : manager.subscribe,
    () => (modelId === undefined ? undefined : (manager.getSnapshot().states[modelId] ?? ABSENT)),
  );
  if (state !== undefined) return state;
  const binding = use(ModelContext);
  if (binding === undefined) throw new Error('useModel needs a ModelProvider above it.');
  return binding;
}

function subscribeToNothing(): () => void {
  return () => undefined;
}

/**
 * Returns the value that `select` takes from the manager's snapshot. The component is rendered again only when that
 * value changes by `Object.is`: ten progress reports a second render only the components that show them.
 */
export function useManagerSnapshot<T>(select: (snapshot: ManagerSnapshot) => T): T {
  const { manager } = useSource();
  return useSyncExternalStore(manager.subscribe, () => select(manager.getSnapshot()));
}

export function useModelState(modelId: ModelId): ModelState {
  return useModel(modelId);
}

export function useIsInstalled(modelId: string): boolean {
  return useManagerSnapshot(({ states }) => states[modelId]?.kind === 'installed');
}

/** The models whose states fit, in the registry's order; the same array until other models fit. */
export function useModelsWhere(
  fits: (config: LlmModelConfig, state: ModelState) => boolean,
): readonly LlmModelConfig[] {
  const { registry } = useSource();
  const models = useSyncExternalStore(registry.subscribe, registry.getModels);
  const fitting = useManagerSnapshot(({ states }) =>
    models.map((config) => (fits(config, states[config.modelId] ?? ABSENT) ? '1' : '0')).join(''),
  );
  return useMemo(() => models.filter((_, index) => fitting[index] === '1'), [models, fitting]);
}

/** The same array until other models are installed. */
export function useInstalledModels(): readonly LlmModelConfig[] {
  return useModelsWhere(isInstalled);
}

function isInstalled(_config: LlmModelConfig, state: ModelState): boolean {
  return state.kind === 'installed';
}

/**
 * The models that a person added, and those that can't be offered; the same object until something changes. Changes are
 * made through `useShelf()`. @throws Error outside of a ShelfProvider
 */
export function useAddedModels(): AddedSnapshot {
  const { added } = useShelf();
  return useSyncExternalStore(added.subscribe, added.getSnapshot);
}

/**
 * A person's favourites and notes and the last uses, by model id; the same object until something changes. Changes are
 * made through `useShelf()`. @throws Error outside of a ShelfProvider
 */
export function useModelMarks(): Readonly<Record<string, ModelMark>> {
  const { marks } = useShelf();
  return useSyncExternalStore(marks.subscribe, marks.getSnapshot);
}

/**
 * Calls back with the manager's snapshot, now and at each change, without rendering. Pass the same function each time.
 */
export function useManagerListener(listener: (snapshot: ManagerSnapshot) => void): void {
  const { manager } = useSource();
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
  const { manager, selection } = services;
  const shelf = use(ShelfContext)?.shelf;
  const source = useMemo(
    () => ({ manager, registry: toRegistry(services.models), shelf }),
    [manager, services.models, shelf],
  );
  const { registry } = source;
  const models = useSyncExternalStore(registry.subscribe, registry.getModels);
  const selectedId = useSyncExternalStore(selection.subscribe, selection.getSelectedModelId);
  const currentConfig = selectedModel(models, selectedId);
  const intentions = useMemo(() => bindIntentions(services), [services]);
  const binding = useMemo<ModelBinding>(
    () => ({
      host: services.host,
      models,
      catalogProblems: services.catalogProblems,
      runtimeOf: manager.runtimeOf,
      buildChoiceOf: manager.buildChoiceOf,
      selectedModelId: currentConfig.modelId,
      currentConfig,
      ...intentions,
    }),
    [services, manager, models, currentConfig, intentions],
  );
  return (
    <ShelfContext value={source}>
      <ModelContext value={binding}>{children}</ModelContext>
    </ShelfContext>
  );
}

function bindIntentions({ manager, selection }: ModelServices) {
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
