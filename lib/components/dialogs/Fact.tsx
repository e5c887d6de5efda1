/** A fact as label and value. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { space, useColors } from '../ui/theme';

export function Fact({ label, value }: { label: string; value: string }) {
  const colors = useColors();
  return (
    <View style={styles.fact}>
      <Text variant="labelMedium" style={[styles.label, { color: colors.onSurfaceVariant }]}>
        {label}
      </Text>
      <Text variant="bodyMedium" style={styles.value}>
        {value}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  fact: { flexDirection: 'row', flexWrap: 'wrap', columnGap: space.m },
  label: { width: 112, lineHeight: 20 },
  value: { flex: 1, minWidth: 160 },
});
