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

const styles = StyleSheet.create({
  unseen: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
