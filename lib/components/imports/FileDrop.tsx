/** Where a person's model files are opened: a button, a place to drop them on, and a card for each import. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useDroppedFiles, useImport } from '../../ai/ImportProvider';
import { Button } from '../ui/Button';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { ImportCardView } from './ImportCardView';

/** Nothing where this host opens no files. */
export function FileDrop() {
  const colors = useColors();
  const { cards, pick, cancel, dismiss } = useImport();
  const isOver = useDroppedFiles();
  if (!pick) return null;
  const look = isOver
    ? { backgroundColor: colors.primaryContainer, borderColor: colors.primary }
    : { backgroundColor: colors.surface, borderColor: colors.outline };
  return (
    <View style={styles.all}>
      <View style={[styles.target, look]}>
        <Button label={t('Open a file…')} icon="new" tone="tonal" onPress={() => void pick()} />
        <Text variant="bodyMedium" style={[styles.hint, { color: colors.onSurfaceVariant }]}>
          {isOver
            ? t('Let go to take the file in.')
            : t(
                'Models that you have as files, ending in .gguf: of a model in several files, choose all together. On a computer, they can also be dropped here.',
              )}
        </Text>
      </View>
      <View role="log" aria-label={t('Files that are taken in')} style={styles.all}>
        {cards.map((card) => (
          <ImportCardView
            key={card.id}
            card={card}
            onCancel={() => cancel(card.id)}
            onDismiss={() => dismiss(card.id)}
          />
        ))}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  all: { gap: space.m },
  target: {
    alignItems: 'center',
    gap: space.s,
    padding: space.xl,
    borderWidth: 2,
    borderStyle: 'dashed',
    borderRadius: radius.l,
  },
  hint: { textAlign: 'center' },
});
