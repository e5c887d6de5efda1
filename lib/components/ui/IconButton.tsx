/** A round button that shows an icon only; its name is for screen readers. */
import { Pressable, StyleSheet } from 'react-native';
import { Icon } from './icons';
import type { IconName } from './icons';
import { TOUCH_SLOP, radius, useColors } from './theme';

interface IconButtonProps {
  name: string;
  icon: IconName;
  onPress: () => void;
  filled?: boolean;
  disabled?: boolean;
  /** Replaces the theme's colour. */
  color?: string;
}

export function IconButton(props: IconButtonProps) {
  const { name, icon, onPress, filled = false, disabled = false } = props;
  const colors = useColors();
  const color = props.color ?? (filled ? colors.onPrimary : colors.onSurfaceVariant);
  return (
    <Pressable
      role="button"
      aria-label={name}
      disabled={disabled}
      onPress={onPress}
      hitSlop={TOUCH_SLOP}
      style={({ pressed }) => [
        styles.button,
        filled && { backgroundColor: colors.primary },
        pressed && styles.pressed,
        disabled && styles.disabled,
      ]}
    >
      <Icon name={icon} size={20} color={color} />
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: {
    width: 40,
    height: 40,
    borderRadius: radius.pill,
    alignItems: 'center',
    justifyContent: 'center',
  },
  pressed: { opacity: 0.7 },
  disabled: { opacity: 0.4 },
});
