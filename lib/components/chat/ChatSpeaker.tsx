/** Who says what follows: a heading, so that screen readers go from message to message. */
import { StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import { useColors } from '../ui/theme';

/** `hidden` from those who see whose it is. */
export function ChatSpeaker({ name, hidden = false }: { name: string; hidden?: boolean }) {
  const colors = useColors();
  return (
    <Text
      variant="labelMedium"
      role="heading"
      aria-level={2}
      style={hidden ? styles.unseen : { color: colors.onSurfaceVariant }}
    >
      {name}
    </Text>
  );
}

/** A message in a few words, for the name of a button. */
export function beginning(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line;
}

const LONGEST_NAME = 60;

const styles = StyleSheet.create({
  unseen: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
