/** Everything in the store, by what it is for. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModels } from '../../ai/ModelProvider';
import type { StoredItem, StoredKind } from '../../ai/storage/accountStorage';
import { ModelDialog } from '../ModelDialog';
import { useNotices } from '../notices/Notices';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { kindWords, purposeWords, sinceWords } from '../words/storageWords';
import { formatBytes } from '../words/words';
import { DeleteDialog } from './DeleteDialog';
import { StoredRow } from './StoredRow';

const KINDS: readonly StoredKind[] = [
  ...(['model', 'removed', 'earlier', 'update', 'download'] as const),
  ...(['move', 'import', 'leftover', 'record', 'unknown'] as const),
];

export function StoredKinds({ items }: { items: readonly StoredItem[] }) {
  const colors = useColors();
  const [deleting, setDeleting] = useState<StoredItem>();
  const [removing, setRemoving] = useState<LlmModelConfig>();
  const kinds = KINDS.filter((kind) => items.some((item) => item.kind === kind));
  return (
    <>
      {kinds.length === 0 ? (
        <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
          {t('Nothing is stored yet: a model that you download appears here.')}
        </Text>
      ) : null}
      {kinds.map((kind) => (
        <Panel key={kind} title={kindWords(kind)}>
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {purposeWords(kind)}
          </Text>
          <View role="list" aria-label={kindWords(kind)} style={styles.list}>
            {items
              .filter((item) => item.kind === kind)
              .map((item) => (
                <StoredRow
                  key={item.path}
                  name={item.name}
                  size={formatBytes(item.usedBytes)}
                  about={sinceWords(item)}
                >
                  <ItemButtons item={item} onDelete={setDeleting} onRemove={setRemoving} />
                </StoredRow>
              ))}
          </View>
        </Panel>
      ))}
      {deleting ? <DeleteDialog item={deleting} onClose={() => setDeleting(undefined)} /> : null}
      {removing ? (
        <ModelDialog
          dialog={{ kind: 'remove', config: removing }}
          onClose={() => setRemoving(undefined)}
        />
      ) : null}
    </>
  );
}

interface ItemButtonsProps {
  item: StoredItem;
  onDelete: (item: StoredItem) => void;
  onRemove: (config: LlmModelConfig) => void;
}

function ItemButtons({ item, onDelete, onRemove }: ItemButtonsProps) {
  const { models, bringBack } = useModels();
  const { tellFailure } = useNotices();
  const { kind, name, modelId } = item;
  const config = models.find((model) => model.modelId === modelId);
  if (kind === 'import' || kind === 'record') return null;
  if (kind === 'model') {
    if (!config) return null;
    return (
      <Button
        label={t('Remove')}
        name={t('Remove {name}', { name })}
        icon="remove"
        onPress={() => onRemove(config)}
      />
    );
  }
  return (
    <>
      {kind === 'removed' && config ? (
        <Button
          label={t('Bring back')}
          name={t('Bring {name} back', { name })}
          icon="retry"
          onPress={() => void bringBack(config).catch(tellFailure)}
        />
      ) : null}
      <Button
        label={t('Delete')}
        name={t('Delete {name}', { name })}
        icon="remove"
        onPress={() => onDelete(item)}
      />
    </>
  );
}

const styles = StyleSheet.create({ list: { gap: space.l } });
