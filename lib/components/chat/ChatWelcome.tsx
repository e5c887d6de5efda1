/** An empty chat: a few suggestions for a first message. */
import { ScrollView, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { space, useColors } from '../ui/theme';

const IDEAS: readonly string[] = [
  'Explain tides to a ten-year-old',
  'Plan a quiet weekend at home',
  'Write a haiku about a library',
];

export function ChatWelcome({ name, onPick }: { name: string; onPick: (text: string) => void }) {
  const colors = useColors();
  return (
    <ScrollView style={styles.scroll} contentContainerStyle={styles.content}>
      <Heading level={2} text={`Ask ${name} anything`} />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        It answers on this device, and nothing that you write leaves it. It can be wrong: check what
        matters.
      </Text>
      <View style={styles.ideas}>
        {IDEAS.map((idea) => (
          <Button key={idea} label={idea} onPress={() => onPick(idea)} />
        ))}
      </View>
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  scroll: { flex: 1 },
  content: { flexGrow: 1, justifyContent: 'center', gap: space.m, padding: space.l },
  ideas: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s, paddingTop: space.s },
});
