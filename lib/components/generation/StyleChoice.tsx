/** The style of a model's answers: a name for the numbers below it. */
import { Text } from 'react-native-paper';
import { Segments } from '../ui/Segments';
import { useColors } from '../ui/theme';
import { t } from '../words/language';
import type { AnswerStyle } from './answerStyles';

interface StyleChoiceProps {
  /** Undefined for numbers of the person's own. */
  value: AnswerStyle | undefined;
  onChange: (style: AnswerStyle) => void;
}

export function StyleChoice({ value, onChange }: StyleChoiceProps) {
  const colors = useColors();
  const options = [
    { value: 'precise' as AnswerStyle, label: t('Precise') },
    { value: 'balanced' as AnswerStyle, label: t('Balanced') },
    { value: 'creative' as AnswerStyle, label: t('Creative') },
  ];
  return (
    <>
      <Text variant="titleSmall">{t('Style of the answers')}</Text>
      <Segments
        label={t('Style of the answers')}
        options={options}
        value={value}
        onChange={onChange}
      />
      <Text variant="bodySmall" aria-live="polite" style={{ color: colors.onSurfaceVariant }}>
        {styleWords(value)}
      </Text>
    </>
  );
}

function styleWords(style: AnswerStyle | undefined): string {
  switch (style) {
    case 'precise':
      return t('Keeps to the likeliest words: for facts, summaries and code.');
    case 'balanced':
      return t('As the makers of the model recommend.');
    case 'creative':
      return t('Chooses rarer words, too: for stories and ideas.');
    case undefined:
      return t('Your own numbers, under “Advanced”.');
  }
}
