/** A small button below a message: an icon, or an icon and a word. */
import { Pressable, StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import { Icon } from '../ui/icons';
import type { IconName } from '../ui/icons';
import { radius, space, useColors } from '../ui/theme';

interface MessageActionProps {
  /** The message that it belongs to, for people who don't see its position. */
  name: string;
  icon: IconName;
  label?: string;
  onPress: () => void;
  /** Whether the content that it opens is open; undefined if it opens nothing. */
  expanded?: boolean;
}

export function MessageAction({ name, icon, label, onPress, expanded }: MessageActionProps) {
  const colors = useColors();
  return (
    <Pressable
      role="button"
      aria-label={name}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      onPress={onPress}
      style={({ pressed }) => [
        styles.button,
        label === undefined ? styles.square : styles.wide,
        pressed && { backgroundColor: colors.surfaceVariant },
      ]}
    >
      <Icon name={icon} size={16} color={colors.onSurfaceVariant} />
      {label === undefined ? null : (
        <Text variant="labelLarge" style={{ color: colors.onSurfaceVariant }}>
          {label}
        </Text>
      )}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: space.s,
    minHeight: 32,
    borderRadius: radius.s,
  },
  square: { width: 32 },
  wide: { alignSelf: 'flex-start', paddingHorizontal: space.s, marginStart: -space.s },
});
