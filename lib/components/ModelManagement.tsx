/** Settings > AI Models: the whole shelf, its storage, and the dialogs of one model. */
import { useMemo, useState } from 'react';
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../ai/BenchmarkProvider';
import type { LlmModelConfig } from '../ai/modelConfig';
import { useLLM } from '../ai/LLMProvider';
import type { LlmSnapshot } from '../ai/llmSnapshot';
import { useModel } from '../ai/ModelProvider';
import type { ModelState } from '../ai/modelState';
import { CatalogNotice } from './CatalogNotice';
import type { InMemory } from './cardButtons';
import { DetailsDialog } from './DetailsDialog';
import { GenerationSettingsDialog } from './GenerationSettingsDialog';
import { Heading } from './Heading';
import { LoadedNow } from './LoadedNow';
import { ModelCard } from './ModelCard';
import { useNotices } from './Notices';
import { RemoveDialog } from './RemoveDialog';
import { Screen } from './Screen';
import { Segments } from './Segments';
import { CardSkeletons } from './Skeleton';
import { StorageSummary } from './StorageSummary';
import { TooLargeDialog } from './TooLargeDialog';
import { WIDE, space, useColors } from './theme';
import { useCardActions } from './useCardActions';
import { countBytes, modelsShown } from './shelf';
import type { ShelfFilter } from './shelf';

const ABSENT: ModelState = { kind: 'absent' };
const FILTERS: readonly { value: ShelfFilter; label: string }[] = [
  { value: 'runs-here', label: 'Runs here' },
  { value: 'on-device', label: 'On device' },
  { value: 'all', label: 'All' },
];

type OpenDialog =
  { kind: 'details' | 'remove' | 'settings' | 'too-large'; config: LlmModelConfig } | undefined;

export function ModelManagement() {
  const model = useModel();
  const { snapshot, models, host } = model;
  const [filter, setFilter] = useState<ShelfFilter>('runs-here');
  const [dialog, setDialog] = useState<OpenDialog>();
  /** Whose card takes the focus: after a removal the button that asked for it is gone. */
  const [removedId, setRemovedId] = useState<string>();
  const openings = useMemo(
    () => ({
      freeSpace: () => setFilter('on-device'),
      askRemoval: (config: LlmModelConfig) => setDialog({ kind: 'remove', config }),
      askTooLarge: (config: LlmModelConfig) => setDialog({ kind: 'too-large', config }),
      showDetails: (config: LlmModelConfig) => setDialog({ kind: 'details', config }),
      showSettings: (config: LlmModelConfig) => setDialog({ kind: 'settings', config }),
    }),
    [],
  );
  const actions = useCardActions(openings);
  const shown = modelsShown(models, snapshot.states, filter);

  return (
    <Screen title="AI Models" wide>
      <Heading level={1} text="AI Models" />
      <StorageSummary
        storage={snapshot.storage}
        persistent={snapshot.persistent}
        estimated={host.kind === 'web'}
      />
      <LoadedNow />
      <CatalogNotice problems={model.catalogProblems} />
      <Segments
        label="Show"
        value={filter}
        onChange={setFilter}
        options={FILTERS.map((option) => ({
          ...option,
          count: modelsShown(models, snapshot.states, option.value).length,
        }))}
      />
      {snapshot.started ? (
        <Shelf
          shown={shown}
          actions={actions}
          focusedId={dialog === undefined ? removedId : undefined}
        />
      ) : (
        <CardSkeletons />
      )}
      <OpenedDialog
        dialog={dialog}
        onClose={(removed) => {
          setRemovedId(removed);
          setDialog(undefined);
        }}
      />
    </Screen>
  );
}

interface ShelfProps {
  shown: readonly LlmModelConfig[];
  actions: ReturnType<typeof useCardActions>;
  focusedId: string | undefined;
}

function Shelf({ shown, actions, focusedId }: ShelfProps) {
  const { snapshot, selectedModelId, buildChoiceOf } = useModel();
  const { status, loaded, preloadingId, fitOf, memoryNeedOf } = useLLM();
  const { verdictOf } = useBenchmarks();
  const colors = useColors();
  const twoColumns = useWindowDimensions().width >= WIDE;
  if (shown.length === 0) {
    return (
      <Text variant="bodyLarge" style={[styles.empty, { color: colors.onSurfaceVariant }]}>
        Nothing is on this device yet. Choose a model under “Runs here”.
      </Text>
    );
  }
  return (
    <View style={styles.shelf}>
      {shown.map((config) => {
        const { modelId } = config;
        const state = snapshot.states[modelId] ?? ABSENT;
        const { runtime, others } = buildChoiceOf(config);
        return (
          <View key={modelId} style={[styles.place, twoColumns && styles.half]}>
            <ModelCard
              config={config}
              state={state}
              runtime={runtime}
              hasOtherBuilds={others.length > 0}
              selected={selectedModelId === modelId && state.kind === 'installed'}
              loading={status.kind === 'loading' && status.modelId === modelId}
              fit={fitOf(config)}
              needBytes={memoryNeedOf(config)}
              memory={inMemory(modelId, { status, loaded, preloadingId })}
              verdict={verdictOf(config)}
              focused={focusedId === modelId}
              actions={actions}
            />
          </View>
        );
      })}
    </View>
  );
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

interface OpenedDialogProps {
  dialog: OpenDialog;
  onClose: (removedId: string | undefined) => void;
}

function OpenedDialog({ dialog, onClose }: OpenedDialogProps) {
  const { snapshot, host, buildChoiceOf, download, remove, verify, repair } = useModel();
  const { tell, tellFailure } = useNotices();
  const { memoryNeedOf } = useLLM();
  if (dialog === undefined) return null;
  const { config } = dialog;
  const state = snapshot.states[config.modelId] ?? ABSENT;
  if (dialog.kind === 'remove') {
    return (
      <RemoveDialog
        config={config}
        sizeBytes={countBytes(state)}
        remove={remove}
        onClose={(removed) => onClose(removed ? config.modelId : undefined)}
      />
    );
  }
  if (dialog.kind === 'settings') {
    return (
      <GenerationSettingsDialog
        config={config}
        onClose={(saved) => {
          if (saved) tell(`The settings of ${config.displayName} are saved`);
          onClose(undefined);
        }}
      />
    );
  }
  if (dialog.kind === 'too-large') {
    return (
      <TooLargeDialog
        config={config}
        needBytes={memoryNeedOf(config)}
        onDownload={() => {
          onClose(undefined);
          download(config).catch(tellFailure);
        }}
        onClose={() => onClose(undefined)}
      />
    );
  }
  return (
    <DetailsDialog
      config={config}
      state={state}
      host={host}
      choice={buildChoiceOf(config)}
      verify={verify}
      repair={() => {
        onClose(undefined);
        repair(config).catch(tellFailure);
      }}
      onClose={() => onClose(undefined)}
    />
  );
}

const styles = StyleSheet.create({
  empty: { paddingVertical: space.xxl, textAlign: 'center' },
  shelf: { flexDirection: 'row', flexWrap: 'wrap', margin: -space.s },
  place: { width: '100%', padding: space.s },
  half: { width: '50%' },
});
