/** A line of a card with an icon before it. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Icon } from '../ui/icons';
import type { IconName } from '../ui/icons';
import { space, useColors } from '../ui/theme';

/** `warm` is highlighted. */
export function FactLine({
  icon,
  text,
  warm = false,
}: {
  icon: IconName;
  text: string;
  warm?: boolean;
}) {
  const colors = useColors();
  const ink = warm ? colors.tertiary : colors.onSurfaceVariant;
  return (
    <View style={styles.fact}>
      <View style={styles.factIcon}>
        <Icon name={icon} size={16} color={ink} />
      </View>
      <Text variant="bodyMedium" style={[styles.factText, { color: ink }]}>
        {text}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  fact: { flexDirection: 'row', gap: space.s },
  factIcon: { paddingTop: 2 },
  factText: { flex: 1 },
});
