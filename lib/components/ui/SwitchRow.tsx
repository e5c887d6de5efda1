/** A setting that is on or off, with its meaning. */
import { Switch, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { radius, space, useColors } from './theme';
import { webProps } from './webProps';

interface SwitchRowProps {
  label: string;
  hint: string;
  value: boolean;
  onChange: (value: boolean) => void;
}

export function SwitchRow({ label, hint, value, onChange }: SwitchRowProps) {
  const colors = useColors();
  return (
    <View style={styles.row}>
      <View style={styles.words}>
        <Text variant="titleSmall">{label}</Text>
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {hint}
        </Text>
      </View>
      <View style={styles.switch} {...webProps({ dataSet: { switch: '' } })}>
        <Switch
          aria-label={label}
          value={value}
          onValueChange={onChange}
          trackColor={{ false: colors.surfaceVariant, true: colors.primaryContainer }}
          thumbColor={value ? colors.primary : colors.outline}
          {...activeThumb(colors.primary)}
        />
      </View>
    </View>
  );
}

/** react-native-web's name for the thumb colour of a switch that is on. */
const activeThumb = (color: string): object => ({ activeThumbColor: color });

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: space.l },
  words: { flex: 1, gap: 2 },
  switch: { padding: space.xs, borderRadius: radius.pill },
});
