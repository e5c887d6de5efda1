/** What can be written into an empty box, with examples. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { mono, space, useColors } from '../ui/theme';

const EXAMPLES: readonly { what: string; example: string }[] = [
  { what: 'Words to look for', example: 'qwen 0.6b' },
  { what: 'The name of a repository, as its page shows it', example: 'Qwen/Qwen3-0.6B-GGUF' },
  { what: 'The same with one of its versions', example: 'hf:Qwen/Qwen3-0.6B-GGUF:Q8_0' },
  {
    what: 'The address of a page or a file, copied from the browser',
    example: 'https://huggingface.co/Qwen/Qwen3-0.6B-GGUF',
  },
  { what: 'The address of a .gguf file anywhere else', example: 'https://example.org/model.gguf' },
];

interface EmptyBoxProps {
  onExample: (text: string) => void;
  onPopular: () => void;
}

export function EmptyBox({ onExample, onPopular }: EmptyBoxProps) {
  const colors = useColors();
  return (
    <Panel title="What you can write">
      {EXAMPLES.map(({ what, example }) => (
        <View key={what} style={styles.example}>
          <Text variant="bodyMedium">{what}:</Text>
          <Text selectable style={[styles.code, { color: colors.onSurfaceVariant }]}>
            {example}
          </Text>
        </View>
      ))}
      <View style={styles.buttons}>
        <Button label="Show what is popular" icon="library" onPress={onPopular} />
        <Button
          label="Try an example"
          tone="quiet"
          onPress={() => onExample(EXAMPLES[0]?.example ?? '')}
        />
      </View>
    </Panel>
  );
}

const styles = StyleSheet.create({
  example: { gap: 2 },
  code: { fontFamily: mono, fontSize: 13, lineHeight: 19 },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
