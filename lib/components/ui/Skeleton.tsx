/** Placeholders for cards that are still loading. */
import { StyleSheet, View } from 'react-native';
import { radius, space, useColors } from './theme';
import { webProps } from './webProps';

export function CardSkeletons() {
  const colors = useColors();
  const block = { backgroundColor: colors.surfaceVariant };
  return (
    <View aria-hidden style={styles.list} {...webProps({ dataSet: { pulse: '' } })}>
      {[0, 1, 2].map((place) => (
        <View
          key={place}
          style={[
            styles.card,
            { backgroundColor: colors.surface, borderColor: colors.outlineVariant },
          ]}
        >
          <View style={[styles.title, block]} />
          <View style={[styles.line, block]} />
          <View style={[styles.button, block]} />
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.l },
  card: { gap: space.m, padding: space.xl, borderRadius: radius.l, borderWidth: 1 },
  title: { width: '45%', height: 20, borderRadius: radius.s },
  line: { width: '80%', height: 14, borderRadius: radius.s },
  button: { width: 120, height: 36, borderRadius: radius.m },
});
