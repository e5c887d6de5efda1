/** One fact about a model in a word or two. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { radius, space, useColors } from '../ui/theme';
import type { BadgeTone } from './cardBadges';

export function Badge({ label, tone = 'plain' }: { label: string; tone?: BadgeTone }) {
  const colors = useColors();
  const looks = {
    plain: { back: colors.surfaceVariant, ink: colors.onSurfaceVariant },
    strong: { back: colors.primary, ink: colors.onPrimary },
    good: { back: colors.primaryContainer, ink: colors.onPrimaryContainer },
    warm: { back: colors.tertiaryContainer, ink: colors.onTertiaryContainer },
  };
  const { back, ink } = looks[tone];
  return (
    <View style={[styles.badge, { backgroundColor: back }]}>
      <Text variant="labelMedium" style={{ color: ink }}>
        {label}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  badge: {
    maxWidth: '100%',
    paddingHorizontal: space.s,
    paddingVertical: 3,
    borderRadius: radius.s,
  },
});
