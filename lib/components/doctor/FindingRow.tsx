/** One finding: its state as an icon and a word, the reason, and what helps. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { Finding, Health } from '../../ai/doctor/causes';
import { Icon, type IconName } from '../ui/icons';
import { radius, space, useColors } from '../ui/theme';
import { describeFinding } from '../words/doctorWords';

const ICONS: Readonly<Record<Health, IconName>> = {
  good: 'check',
  limited: 'info',
  broken: 'warning',
};

export function FindingRow({ finding }: { finding: Finding }) {
  const colors = useColors();
  const { title, health, reason, remedy } = describeFinding(finding);
  const ink = { good: colors.primary, limited: colors.tertiary, broken: colors.error }[
    finding.health
  ];
  return (
    <View
      role="listitem"
      style={[styles.row, { backgroundColor: colors.surface, borderColor: colors.outlineVariant }]}
    >
      <View style={styles.icon}>
        <Icon name={ICONS[finding.health]} size={20} color={ink} />
      </View>
      <View style={styles.words}>
        <View style={styles.head}>
          <Text variant="titleMedium">{title}</Text>
          <Text variant="labelLarge" style={{ color: ink }}>
            {health}
          </Text>
        </View>
        <Text variant="bodyMedium">{reason}</Text>
        {remedy === undefined ? null : (
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {remedy}
          </Text>
        )}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    gap: space.m,
    padding: space.l,
    borderRadius: radius.l,
    borderWidth: 1,
  },
  icon: { paddingTop: 2 },
  words: { flex: 1, gap: space.xs },
  head: { flexDirection: 'row', flexWrap: 'wrap', justifyContent: 'space-between', gap: space.s },
});
