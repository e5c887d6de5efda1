/** The speaker of the message below: a heading, so that screen readers can go from message to message. */
import { StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import { useColors } from '../ui/theme';

/** `hidden` hides it from the eye only, where the look of the message already tells the speaker. */
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

/** The beginning of a message, for the name of a button. */
export function beginning(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= LONGEST_NAME) return line;
  // Half a surrogate pair isn't a character.
  return `${line.slice(0, LONGEST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const LONGEST_NAME = 60;

const styles = StyleSheet.create({
  unseen: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
