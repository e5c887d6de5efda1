/** A file of a model: its name, its facts, its digests and addresses. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { mono, radius, space, useColors } from '../ui/theme';
import type { FileFacts } from './detailFacts';

export function FileBox({ name, lines, code }: FileFacts) {
  const colors = useColors();
  return (
    <View style={[styles.file, { borderColor: colors.outlineVariant }]}>
      <Text variant="titleSmall">{name}</Text>
      {lines.map((line) => (
        <Text key={line} variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
          {line}
        </Text>
      ))}
      {code.map((line) => (
        <Text key={line} selectable style={[styles.code, { color: colors.onSurfaceVariant }]}>
          {line}
        </Text>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  file: { gap: space.xs, padding: space.m, borderWidth: 1, borderRadius: radius.m },
  code: { fontFamily: mono, fontSize: 11.5, lineHeight: 17 },
});
