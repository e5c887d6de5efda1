/** One import: its progress, its result or the reason against it. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ImportCard } from '../../ai/imports/importCards';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { ProgressBar } from '../ui/ProgressBar';
import { space } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { cardName, importedWords, stepWords } from '../words/importWords';

interface ImportCardProps {
  card: ImportCard;
  onCancel: () => void;
  onDismiss: () => void;
}

export function ImportCardView({ card, onCancel, onDismiss }: ImportCardProps) {
  const name = cardName(card);
  if (card.kind === 'running') {
    const { words, part, total } = stepWords(card.state);
    return (
      <View style={styles.running}>
        <Text variant="titleSmall">{name}</Text>
        <ProgressBar
          label={t('Taking in {name}', { name })}
          valueText={words}
          part={part}
          total={total}
        />
        <View style={styles.row}>
          <Text variant="labelMedium" style={styles.words}>
            {words}
          </Text>
          <Button
            label={t('Cancel')}
            name={t('Cancel {name}', { name })}
            tone="quiet"
            onPress={onCancel}
          />
        </View>
      </View>
    );
  }
  const close = (
    <Button
      label={t('Close')}
      name={t('Close {name}', { name })}
      tone="quiet"
      onPress={onDismiss}
    />
  );
  if (card.kind === 'failed') {
    const { title, detail } = describeFailure(card.failure);
    return (
      <Notice tone="error" icon="warning" title={title} text={detail}>
        {close}
      </Notice>
    );
  }
  const { title, detail } = importedWords(card.imported);
  return (
    <Notice tone="calm" icon="check" title={title} text={detail}>
      {close}
    </Notice>
  );
}

const styles = StyleSheet.create({
  running: { gap: space.s },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  words: { flex: 1 },
});
