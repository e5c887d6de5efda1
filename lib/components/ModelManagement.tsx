/** Settings > AI Models: all models, and their storage. */
import { Suspense, lazy, useCallback, useMemo, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import type { AddedOrigin } from '../ai/added/addedRows';
import { useOptionalBenchmarks } from '../ai/measure/BenchmarkProvider';
import type { LlmModelConfig } from '../ai/modelConfig';
import { useOptionalLLM } from '../ai/LLMProvider';
import type { LlmSnapshot } from '../ai/engine/llmSnapshot';
import {
  useAddedModels,
  useManagerSnapshot,
  useModelMarks,
  useModelState,
  useModels,
  useModelsWhere,
  useSelectedModel,
} from '../ai/ModelProvider';
import { useShelf } from '../ai/shelf/ShelfProvider';
import { useCardUpdate } from '../ai/UpdatesProvider';
import { CatalogNotice } from './models/CatalogNotice';
import type { InMemory } from './models/cardButtons';
import { EmptyShelf } from './models/EmptyShelf';
import { FirstModel } from './models/FirstModel';
import { LinkButton } from './ui/Button';
import { Heading } from './ui/Heading';
import { LoadedNow } from './models/LoadedNow';
import { ModelCard } from './models/ModelCard';
import { OwnNotices } from './notices/Notices';
import { CardsScreen } from './ui/Screen';
import { Segments } from './ui/Segments';
import { ShelfControls } from './models/ShelfControls';
import { CardSkeletons } from './ui/Skeleton';
import { StorageSummary } from './models/StorageSummary';
import { ADD_ROUTE, useNavigation } from './ui/navigation';
import { space } from './ui/theme';
import { UpdatesNow } from './models/UpdatesNow';
import { useCardActions } from './models/useCardActions';
import type { OpenDialog } from './ModelDialog';
import { SMALL_SHELF, isShown } from './models/shelf';
import type { ShelfFilter } from './models/shelf';
import { useShelfOrder } from './models/useShelfOrder';
import { t } from './words/language';
import { speedWords } from './words/measuredWords';

const filters = (): { value: ShelfFilter; label: string }[] => [
  { value: 'runs-here', label: t('Runs here') },
  { value: 'on-device', label: t('On device') },
  { value: 'all', label: t('All') },
];

/** Not a part of the first screen. */
const ModelDialog = lazy(() =>
  import('./ModelDialog').then((loaded) => ({ default: loaded.ModelDialog })),
);

const NO_MODELS: readonly LlmModelConfig[] = [];

/**
 * Needs a ShelfProvider and Paper's theme above it. The providers of the app add what they are for: ModelProvider the
 * selection, LLMProvider memory and settings, BenchmarkProvider measurements, Notices the place of reports.
 */
export function ModelManagement() {
  return (
    <OwnNotices>
      <ModelScreen />
    </OwnNotices>
  );
}

function ModelScreen() {
  const { host, catalogProblems } = useModels();
  const started = useManagerSnapshot((snapshot) => snapshot.started);
  const storage = useManagerSnapshot((snapshot) => snapshot.storage);
  const persistent = useManagerSnapshot((snapshot) => snapshot.persistent);
  const [filter, setFilter] = useState<ShelfFilter>('runs-here');
  const [dialog, setDialog] = useState<OpenDialog>();
  /** The model whose card takes the focus: after a removal the pressed button no longer exists. */
  const [focusedId, setFocusedId] = useState<string>();
  const addedId = useAddedNow();
  const [shownId, setShownId] = useState<string>();
  if (addedId !== shownId) {
    setShownId(addedId);
    setFocusedId(addedId);
    setFilter('runs-here');
  }
  const freeSpace = useCallback(() => setFilter('on-device'), []);
  const openings = useOpenings(setDialog, freeSpace);
  const actions = useCardActions(openings);
  const shown = {
    'runs-here': useModelsWhere(isShown['runs-here']),
    'on-device': useModelsWhere(isShown['on-device']),
    all: useModelsWhere(isShown.all),
  };

  const offered = shown[filter];
  const { models, ...controls } = useShelfOrder(offered);
  const focusedNow = dialog === undefined ? focusedId : undefined;
  const renderCard = useRenderCard(actions, focusedNow);

  return (
    <>
      <CardsScreen
        title={t('AI Models')}
        items={started ? models : NO_MODELS}
        keyOf={idOf}
        renderCard={renderCard}
        firstCards={SMALL_SHELF}
      >
        <View style={styles.head}>
          <Heading level={1} text={t('AI Models')} />
          <LinkButton label={t('Add a model')} icon="new" href={ADD_ROUTE} />
        </View>
        <FirstModel />
        <StorageSummary storage={storage} persistent={persistent} estimated={host.kind === 'web'} />
        <UpdatesNow />
        <LoadedNow />
        <CatalogNotice problems={catalogProblems} />
        <Segments
          label={t('Show')}
          value={filter}
          onChange={setFilter}
          options={filters().map((option) => ({
            ...option,
            count: shown[option.value].length,
          }))}
        />
        {offered.length > SMALL_SHELF ? (
          <ShelfControls {...controls} found={models.length} />
        ) : null}
        {started ? null : <CardSkeletons />}
        {started && models.length === 0 ? <EmptyShelf hasModels={offered.length > 0} /> : null}
      </CardsScreen>
      {dialog === undefined ? null : (
        <Suspense fallback={null}>
          <ModelDialog
            dialog={dialog}
            onClose={(removed) => {
              setFocusedId(removed);
              setDialog(undefined);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** What the buttons of the cards open; the same object as long as the arguments are the same. */
function useOpenings(open: (dialog: OpenDialog) => void, freeSpace: () => void) {
  const hasEngine = useOptionalLLM() !== undefined;
  const hasPlaces = useShelf().places !== undefined;
  return useMemo(() => {
    const opens = (kind: OpenDialog['kind']) => (config: LlmModelConfig) => open({ kind, config });
    return {
      freeSpace,
      askRemoval: opens('remove'),
      askCancel: opens('cancel'),
      askTooLarge: opens('too-large'),
      showDetails: opens('details'),
      readLicense: opens('license'),
      askWithdrawn: opens('withdrawn'),
      askForgetting: opens('forget'),
      showSettings: hasEngine ? opens('settings') : undefined,
      move: hasPlaces ? opens('move') : undefined,
    };
  }, [open, freeSpace, hasEngine, hasPlaces]);
}

/** The model that was just added on another screen, which then opens this one with its id. */
function useAddedNow(): string | undefined {
  const { models } = useAddedModels();
  const id = useNavigation()?.parameters['model'];
  return models.find(({ model }) => model.modelId === id)?.model.modelId;
}

function useAddedOrigins(): ReadonlyMap<string, AddedOrigin> {
  const { models } = useAddedModels();
  return useMemo(
    () => new Map(models.map(({ model, origin }) => [model.modelId, origin])),
    [models],
  );
}

function useRenderCard(actions: PlaceProps['actions'], focusedId: string | undefined) {
  const origins = useAddedOrigins();
  return useCallback(
    (config: LlmModelConfig) => (
      <Place
        config={config}
        origin={origins.get(config.modelId)}
        actions={actions}
        focused={focusedId === config.modelId}
      />
    ),
    [actions, focusedId, origins],
  );
}

const idOf = ({ modelId }: LlmModelConfig) => modelId;

interface PlaceProps {
  config: LlmModelConfig;
  origin: AddedOrigin | undefined;
  actions: ReturnType<typeof useCardActions>;
  focused: boolean;
}

function Place({ config, origin, actions, focused }: PlaceProps) {
  const { modelId } = config;
  const state = useModelState(modelId);
  const { buildChoiceOf } = useModels();
  const selectedModelId = useSelectedModel()?.selectedModelId;
  const llm = useOptionalLLM();
  const benchmarks = useOptionalBenchmarks();
  const { runtime, others } = buildChoiceOf(config);
  const at = useManagerSnapshot(({ homes }) => homes[config.folderName]?.at ?? '');
  return (
    <ModelCard
      config={config}
      state={state}
      runtime={runtime}
      hasOtherBuilds={others.length > 0}
      origin={origin}
      selected={selectedModelId === modelId && state.kind === 'installed'}
      favourite={useModelMarks()[modelId]?.isFavourite === true}
      loading={llm?.status.kind === 'loading' && llm.status.modelId === modelId}
      fit={llm?.fitOf(config) ?? 'unknown'}
      needBytes={llm?.memoryNeedOf(config)}
      memory={llm === undefined ? 'no' : inMemory(modelId, llm)}
      verdict={benchmarks?.verdictOf(config)}
      speedHere={useSpeedHere(config)}
      about={useCardUpdate(modelId)}
      isElsewhere={at !== ''}
      moving={useManagerSnapshot(({ moves }) => moves[modelId])}
      focused={focused}
      actions={actions}
    />
  );
}

function useSpeedHere(config: LlmModelConfig): string | undefined {
  const estimate = useOptionalBenchmarks()?.estimateOf(config);
  return estimate && speedWords(estimate);
}

function inMemory(
  modelId: string,
  { status, loaded, preloadingId }: Pick<LlmSnapshot, 'status' | 'loaded' | 'preloadingId'>,
): InMemory {
  if (status.kind !== 'empty' && status.modelId === modelId) {
    if (status.kind === 'loading') return 'coming';
    if (status.kind === 'measuring') return 'measured';
  }
  if (preloadingId === modelId) return 'coming';
  return loaded.some((warm) => warm.modelId === modelId) ? 'loaded' : 'no';
}

const styles = StyleSheet.create({
  head: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: space.m,
  },
});
