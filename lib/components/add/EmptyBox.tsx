/** What can be written into an empty box, with examples. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { mono, space, useColors } from '../ui/theme';
import { t } from '../words/language';

const FIRST_EXAMPLE = 'qwen 0.6b';

const examples = (): readonly { what: string; example: string }[] => [
  { what: t('Words to look for:'), example: FIRST_EXAMPLE },
  {
    what: t('The name of a repository, as its page shows it:'),
    example: 'Qwen/Qwen3-0.6B-GGUF',
  },
  { what: t('The same with one of its versions:'), example: 'hf:Qwen/Qwen3-0.6B-GGUF:Q8_0' },
  {
    what: t('The address of a page or a file, copied from the browser:'),
    example: 'https://huggingface.co/Qwen/Qwen3-0.6B-GGUF',
  },
  {
    what: t('The address of a .gguf file anywhere else:'),
    example: 'https://example.org/model.gguf',
  },
];

interface EmptyBoxProps {
  onExample: (text: string) => void;
  onPopular: () => void;
}

export function EmptyBox({ onExample, onPopular }: EmptyBoxProps) {
  const colors = useColors();
  return (
    <Panel title={t('What you can write')}>
      {examples().map(({ what, example }) => (
        <View key={what} style={styles.example}>
          <Text variant="bodyMedium">{what}</Text>
          <Text selectable style={[styles.code, { color: colors.onSurfaceVariant }]}>
            {example}
          </Text>
        </View>
      ))}
      <View style={styles.buttons}>
        <Button label={t('Show what is popular')} icon="library" onPress={onPopular} />
        <Button label={t('Try an example')} tone="quiet" onPress={() => onExample(FIRST_EXAMPLE)} />
      </View>
    </Panel>
  );
}

const styles = StyleSheet.create({
  example: { gap: 2 },
  // Addresses and names read from the left in every language.
  code: { fontFamily: mono, fontSize: 13, lineHeight: 19, writingDirection: 'ltr' },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
