/** The prompt format of a model: its own template, or one of the app's formats. */
import { Text } from 'react-native-paper';
import type { GenerationSettings } from '../../ai/generation/generationSettings';
import { PROMPT_FORMATS } from '../../errors';
import { Segments } from '../ui/Segments';
import { useColors } from '../ui/theme';
import { t } from '../words/language';
import { promptFormatName } from '../words/words';

type Format = GenerationSettings['promptFormat'];

interface FormatChoiceProps {
  value: Format;
  onChange: (format: Format) => void;
}

const options = () => [
  { value: 'own' as Format, label: t('The model’s own') },
  ...PROMPT_FORMATS.map((value) => ({ value, label: promptFormatName(value) })),
];

export function FormatChoice({ value, onChange }: FormatChoiceProps) {
  const colors = useColors();
  return (
    <>
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {t(
          'A model understands the format that it was made with. Choose another one only where its own can’t be used. Counts from the next answer.',
        )}
      </Text>
      <Segments
        label={t('Prompt format')}
        options={options()}
        value={value}
        onChange={onChange}
        wrap
      />
    </>
  );
}

/** The heading above the choice. */
export function formatTitle(format: Format): string {
  return format === 'own'
    ? t('Prompt format: the model’s own')
    : t('Prompt format: {name}', { name: promptFormatName(format) });
}
