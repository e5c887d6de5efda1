/** Asks for newer versions of the models on this device, and says how many there are. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useModelsWhere } from '../../ai/ModelProvider';
import { useUpdates, useUpdatesSnapshot } from '../../ai/UpdatesProvider';
import { isAbortError } from '../../errors';
import { Button } from '../ui/Button';
import { useNotices } from '../notices/Notices';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { isShown } from './shelf';

export function UpdatesNow() {
  const updates = useUpdates();
  const isLooking = useUpdatesSnapshot((snapshot) => snapshot.isLooking);
  const hasLooked = useUpdatesSnapshot((snapshot) => snapshot.lookedAt !== undefined);
  const count = useUpdatesSnapshot((snapshot) => Object.keys(snapshot.updates).length);
  const here = useModelsWhere(isShown['on-device']).length;
  const { tell, tellFailure } = useNotices();
  const colors = useColors();
  if (updates === undefined || here === 0) return null;

  async function look(from: NonNullable<typeof updates>): Promise<void> {
    try {
      const { stoppedBy } = await from.look();
      if (stoppedBy) tell(describeFailure(stoppedBy).detail);
    } catch (error) {
      if (!isAbortError(error)) tellFailure(error);
    }
  }

  return (
    <View style={styles.row}>
      <Button
        label={isLooking ? t('Looking for updates') : t('Look for updates')}
        icon="retry"
        disabled={isLooking}
        onPress={() => void look(updates)}
      />
      <View role="status" style={styles.words}>
        {count > 0 || hasLooked ? (
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {count === 0
              ? t('Nothing is newer than what is here.')
              : t(
                  '{count, plural, one {# model has a newer version.} other {# models have a newer version.}}',
                  { count },
                )}
          </Text>
        ) : null}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.m },
  words: { flexShrink: 1 },
});
