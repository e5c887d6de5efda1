/** Settings > AI Models: the whole shelf, its storage, and the dialogs of one model. */
import { useMemo, useState } from 'react';
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../ai/modelConfig';
import { useLLM } from '../ai/LLMProvider';
import { useModel } from '../ai/ModelProvider';
import type { ModelState } from '../ai/modelState';
import { CatalogNotice } from './CatalogNotice';
import { DetailsDialog } from './DetailsDialog';
import { Heading } from './Heading';
import { ModelCard } from './ModelCard';
import { useNotices } from './Notices';
import { RemoveDialog } from './RemoveDialog';
import { Screen } from './Screen';
import { Segments } from './Segments';
import { CardSkeletons } from './Skeleton';
import { StorageSummary } from './StorageSummary';
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

type OpenDialog = { kind: 'details' | 'remove'; config: LlmModelConfig } | undefined;

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
      showDetails: (config: LlmModelConfig) => setDialog({ kind: 'details', config }),
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
  const { snapshot, selectedModelId, host } = useModel();
  const { status } = useLLM();
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
        return (
          <View key={modelId} style={[styles.place, twoColumns && styles.half]}>
            <ModelCard
              config={config}
              state={state}
              runtime={host.runtime}
              selected={selectedModelId === modelId && state.kind === 'installed'}
              loading={status.kind === 'loading' && status.modelId === modelId}
              focused={focusedId === modelId}
              actions={actions}
            />
          </View>
        );
      })}
    </View>
  );
}

interface OpenedDialogProps {
  dialog: OpenDialog;
  onClose: (removedId: string | undefined) => void;
}

function OpenedDialog({ dialog, onClose }: OpenedDialogProps) {
  const { snapshot, host, remove, verify, repair } = useModel();
  const { tellFailure } = useNotices();
  const { settingsOf } = useLLM();
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
  return (
    <DetailsDialog
      config={config}
      state={state}
      host={host}
      contextTokens={settingsOf(config).contextTokens}
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
