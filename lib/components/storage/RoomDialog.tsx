/** The plan for more room: what would be deleted and why, for a person to change. */
import { useEffect, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModels, useSelectedModel } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import type { RoomChoice } from '../../ai/storage/planRoom';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { space } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatBytes } from '../words/words';
import { RoomRow } from './RoomRow';

interface RoomDialogProps {
  wantedBytes: number;
  /** The models that were removed and can still come back. */
  onRemoved: (configs: readonly LlmModelConfig[]) => void;
  onClose: () => void;
}

export function RoomDialog({ wantedBytes, onRemoved, onClose }: RoomDialogProps) {
  const { offered, chosen, toggle, failure, setFailure } = usePlan(wantedBytes);
  const deleteAll = useDeleting();
  const [isBusy, setIsBusy] = useState(false);
  const picked = offered?.filter(({ item }) => chosen.has(item.path)) ?? [];
  const bytes = picked.reduce((sum, { item }) => sum + item.freedBytes, 0);
  const size = formatBytes(bytes);
  const wanted = formatBytes(wantedBytes);
  const words = failure && describeFailure(failure);
  const confirm = async () => {
    setIsBusy(true);
    try {
      onRemoved(await deleteAll(picked));
      onClose();
    } catch (error) {
      setIsBusy(false);
      setFailure(toFailure(error));
    }
  };
  return (
    <Overlay
      title={t('A plan for {size} more', { size: wanted })}
      onClose={onClose}
      actions={
        <>
          <Button label={t('Keep')} onPress={onClose} />
          <Button
            tone="danger"
            icon="remove"
            label={t('Free {size}', { size })}
            disabled={isBusy || picked.length === 0}
            onPress={() => void confirm()}
          />
        </>
      }
    >
      {offered?.length === 0 ? (
        <Text variant="bodyLarge">
          {t('Nothing can be deleted by a plan: the selected model and your favourites stay.')}
        </Text>
      ) : (
        <>
          <View style={styles.list}>
            {offered?.map((choice) => (
              <RoomRow
                key={choice.item.path}
                choice={choice}
                isChosen={chosen.has(choice.item.path)}
                onToggle={() => toggle(choice.item.path)}
              />
            ))}
          </View>
          <Text role="status" variant="titleSmall">
            {t('Chosen: {size} of {wanted}', { size, wanted })}
          </Text>
          {bytes < wantedBytes && offered !== undefined ? (
            <Notice tone="calm" icon="info" text={t('That is less than you wanted.')} />
          ) : null}
          <Text variant="bodyMedium">
            {t(
              'Models can be brought back until you leave the screen of the storage. Everything else is deleted at once, and can’t be undone.',
            )}
          </Text>
        </>
      )}
      {words ? (
        <Notice tone="error" icon="warning" title={words.title} text={words.detail} />
      ) : null}
    </Overlay>
  );
}

function usePlan(wantedBytes: number) {
  const shelf = useShelf();
  const selectedId = useSelectedModel()?.selectedModelId;
  const [offered, setOffered] = useState<readonly RoomChoice[]>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<ModelFailure>();
  useEffect(() => {
    const keptIds = new Set(selectedId === undefined ? [] : [selectedId]);
    shelf.planRoom({ wantedBytes, keptIds }).then(
      (plan) => {
        setOffered(plan.offered);
        setChosen(new Set(plan.chosen));
      },
      (error: unknown) => setFailure(toFailure(error)),
    );
  }, [shelf, wantedBytes, selectedId]);
  const toggle = (path: string) =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  return { offered, chosen, toggle, failure, setFailure };
}

/** Resolves with the models that can still come back. */
function useDeleting(): (picked: readonly RoomChoice[]) => Promise<LlmModelConfig[]> {
  const shelf = useShelf();
  const { models, deleteModel } = useModels();
  return async (picked) => {
    const removed: LlmModelConfig[] = [];
    for (const { item } of picked) {
      const config = models.find(({ modelId }) => modelId === item.modelId);
      if (item.kind !== 'model') await shelf.discard(item);
      else if (config) {
        await deleteModel(config);
        removed.push(config);
      }
    }
    return removed;
  };
}

const styles = StyleSheet.create({ list: { gap: space.s } });
