/** Binds the manager and the selection to React: snapshots come up, intentions go down. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { Host } from '../platform/types';
import type { AddedSnapshot } from './added/addedModels';
import type { BuildChoice } from './registry/buildChoice';
import type { CatalogProblem } from './registry/catalog';
import { selectedModel } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import type { RuntimeOf } from './registry/modelFiles';
import type { ModelId } from './modelId';
import type { ModelManager } from './modelManager';
import type { ModelSelection } from './engine/modelSelection';
import type { ManagerSnapshot, ModelState } from './modelState';
import { toRegistry } from './registry/registry';
import type { Registry } from './registry/registry';
import type { ModelMark } from './settings/modelMarks';
import { bindActions } from './shelf/modelActions';
import type { ModelActions } from './shelf/modelActions';
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

/** What a ShelfProvider is enough for: the models that are offered, and what a person can do with each. */
export interface ModelsBinding extends ModelActions {
  host: Host;
  /** The same array until other models are offered. */
  models: readonly LlmModelConfig[];
  catalogProblems: readonly CatalogProblem[];
  runtimeOf: RuntimeOf;
  /** The runtime that `runtimeOf` returns, and the reason for it. */
  buildChoiceOf(config: LlmModelConfig): BuildChoice;
}

export interface SelectedModel {
  /** The id of `currentConfig`. */
  selectedModelId: string;
  /** The selected model, or the default if the selected one isn't offered any more. */
  currentConfig: LlmModelConfig;
  /** Selects an installed model: first in the database, then in the engine. Rejects as `ModelSelection.select` does. */
  reloadModel(config: LlmModelConfig): Promise<void>;
}

/** The values that change only with the selection and with what is offered. The hooks below read the manager's snapshot in parts. */
export interface ModelBinding extends ModelsBinding, SelectedModel {}

const ModelContext = createContext<ModelBinding | undefined>(undefined);
const ABSENT: ModelState = { kind: 'absent' };

function useSource(): ShelfSource {
  const source = use(ShelfContext);
  if (source === undefined) {
    throw new Error(
      'useModel needs a ModelProvider above it; with an id, and for other hooks, a ShelfProvider is enough.',
    );
  }
  return source;
}

/**
 * With an id: the state of that model, `absent` for an id that isn't offered. The component is rendered again only
 * when that state changes. Without an id: the selected model, and what a person can do with models.
 *
 * @throws Error outside of a ModelProvider: render the component inside of the app's root layout. With an id, and for
 * the other hooks here, a ShelfProvider is enough.
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
 * The part of `useModel()` for which a ShelfProvider is enough. Below a ModelProvider, `deleteModel` also unloads the
 * model, and selects the default if the model was selected.
 */
export function useModels(): ModelsBinding {
  const source = useSource();
  const models = useOffered(source.registry);
  return useMemo(() => bindModels(source, models), [source, models]);
}

/** Undefined below a ShelfProvider alone, where no model is selected. */
export function useSelectedModel(): SelectedModel | undefined {
  return use(ModelContext);
}

function useOffered({ subscribe, getModels }: Registry): readonly LlmModelConfig[] {
  return useSyncExternalStore(subscribe, getModels);
}

function bindModels(
  { host, manager, catalogProblems, actions }: ShelfSource,
  models: readonly LlmModelConfig[],
): ModelsBinding {
  const { runtimeOf, buildChoiceOf } = manager;
  return { host, models, catalogProblems, runtimeOf, buildChoiceOf, ...actions };
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
  const models = useOffered(registry);
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
  const { selection } = services;
  const shelf = use(ShelfContext)?.shelf;
  const source = useMemo(() => sourceOf(services, shelf), [services, shelf]);
  const models = useOffered(source.registry);
  const selectedId = useSyncExternalStore(selection.subscribe, selection.getSelectedModelId);
  const currentConfig = selectedModel(models, selectedId);
  const binding = useMemo<ModelBinding>(
    () => ({
      ...bindModels(source, models),
      selectedModelId: currentConfig.modelId,
      currentConfig,
      reloadModel: (config) => selection.select(config),
    }),
    [source, models, currentConfig, selection],
  );
  return (
    <ShelfContext value={source}>
      <ModelContext value={binding}>{children}</ModelContext>
    </ShelfContext>
  );
}

function sourceOf(
  { host, models, catalogProblems, manager, selection }: ModelServices,
  shelf: ShelfSource['shelf'],
): ShelfSource {
  const actions = bindActions(manager, {
    deleteModel: (config, removal) => selection.deleteModel(config, removal),
    bringBack: (config) => selection.bringBack(config),
  });
  return { host, manager, registry: toRegistry(models), catalogProblems, actions, shelf };
}
