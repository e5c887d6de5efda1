/** An empty chat: a few suggestions for a first message. */
import { ScrollView, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Button, LinkButton } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';

const ideas = (): readonly string[] => [
  t('Explain tides to a ten-year-old'),
  t('Plan a quiet weekend at home'),
  t('Write a haiku about a library'),
];

export function ChatWelcome({ name, onPick }: { name: string; onPick: (text: string) => void }) {
  const colors = useColors();
  return (
    <ScrollView style={styles.scroll} contentContainerStyle={styles.content}>
      <Heading level={2} text={t('Ask {name} anything', { name })} />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {t(
          'It answers on this device, and nothing that you write leaves it. It can be wrong: check what matters.',
        )}
      </Text>
      <View style={styles.ideas}>
        {ideas().map((idea) => (
          <Button key={idea} label={idea} onPress={() => onPick(idea)} />
        ))}
      </View>
      <View style={styles.ideas}>
        <LinkButton
          label={t('Ask two models at once')}
          icon="compare"
          tone="quiet"
          href="/compare"
        />
      </View>
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  scroll: { flex: 1 },
  content: { flexGrow: 1, justifyContent: 'center', gap: space.m, padding: space.l },
  ideas: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s, paddingTop: space.s },
});
