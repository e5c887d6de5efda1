/** A round button that shows an icon only; its name is for screen readers. */
import { Pressable, StyleSheet } from 'react-native';
import { Icon } from './icons';
import type { IconName } from './icons';
import { TOUCH_SLOP, radius, useColors } from './theme';
import { webProps } from './webProps';

interface IconButtonProps {
  name: string;
  icon: IconName;
  onPress: () => void;
  filled?: boolean;
  disabled?: boolean;
  /** Of a button that opens a menu: whether the menu is open. */
  expanded?: boolean;
  /** Replaces the theme's colour. */
  color?: string;
}

export function IconButton(props: IconButtonProps) {
  const { name, icon, onPress, filled = false, disabled = false, expanded } = props;
  const colors = useColors();
  const color = props.color ?? (filled ? colors.onPrimary : colors.onSurfaceVariant);
  return (
    <Pressable
      role="button"
      aria-label={name}
      {...(expanded !== undefined && {
        'aria-expanded': expanded,
        ...webProps({ 'aria-haspopup': 'menu' }),
      })}
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
