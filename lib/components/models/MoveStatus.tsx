/** The progress of a model's move to another drive. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { MoveProgress } from '../../ai/modelState';
import { ProgressBar } from '../ui/ProgressBar';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatPercent, percentOf } from '../words/words';

export function MoveStatus({ name, progress }: { name: string; progress: MoveProgress }) {
  const { onSurfaceVariant } = useColors();
  const { to, doneBytes, totalBytes } = progress;
  const percent = formatPercent(percentOf(doneBytes, totalBytes));
  const words =
    to === ''
      ? t('Moving to this device · {percent}', { percent })
      : t('Moving to another drive · {percent}', { percent });
  return (
    <View style={styles.box}>
      <ProgressBar
        label={t('Moving {name}', { name })}
        valueText={words}
        part={doneBytes}
        total={totalBytes === 0 ? undefined : totalBytes}
      />
      <Text variant="labelMedium" style={[styles.words, { color: onSurfaceVariant }]}>
        {words}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.s },
  words: { fontVariant: ['tabular-nums'] },
});
