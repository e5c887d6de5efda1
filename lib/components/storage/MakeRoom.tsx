/** Makes room on the device: a plan, its execution, and the way back as long as the bytes are here. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useManagerSnapshot } from '../../ai/ModelProvider';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Panel } from '../ui/Panel';
import { Segments } from '../ui/Segments';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatBytes } from '../words/words';
import { RoomDialog } from './RoomDialog';
import { useUndo } from './useUndo';

const GB = 1e9;
const SIZES = [1 * GB, 2 * GB, 5 * GB, 10 * GB] as const;

export function MakeRoom() {
  const colors = useColors();
  const [wanted, setWanted] = useState<string>(String(2 * GB));
  const [isAsking, setIsAsking] = useState(false);
  const undo = useUndo();
  const usedBytes = useManagerSnapshot(({ storage }) => storage.usedBytes);
  const isEmpty = usedBytes === 0 && undo.removed.length === 0;
  if (isEmpty) return null;
  return (
    <Panel title={t('More room on this device')}>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {t('A plan says what would be deleted and why. You can change it before anything happens.')}
      </Text>
      <Segments
        label={t('How much room')}
        value={wanted}
        onChange={setWanted}
        options={SIZES.map((bytes) => ({ value: String(bytes), label: formatBytes(bytes) }))}
      />
      <View style={styles.buttons}>
        <Button
          label={t('Show the plan')}
          icon="storage"
          tone="tonal"
          onPress={() => setIsAsking(true)}
        />
      </View>
      {undo.removed.length === 0 ? null : (
        <Notice
          tone="calm"
          icon="info"
          text={t(
            '{count, plural, one {# model was removed.} other {# models were removed.}} You can undo that until you leave this screen; then the bytes are deleted.',
            { count: undo.removed.length },
          )}
        >
          <View style={styles.buttons}>
            <Button label={t('Undo')} icon="retry" onPress={undo.bringBack} />
            <Button label={t('Delete for good now')} icon="remove" onPress={undo.deleteNow} />
          </View>
        </Notice>
      )}
      {isAsking ? (
        <RoomDialog
          wantedBytes={Number(wanted)}
          onRemoved={undo.add}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
    </Panel>
  );
}

const styles = StyleSheet.create({
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
