/** One thing that takes space: what it is, how much it takes, and what can be done with it. */
import type { PropsWithChildren } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { space, useColors } from '../ui/theme';

interface StoredRowProps {
  name: string;
  size: string;
  about?: string | undefined;
}

/** `children` are its buttons. */
export function StoredRow({ name, size, about, children }: PropsWithChildren<StoredRowProps>) {
  const colors = useColors();
  return (
    <View role="listitem" style={styles.row}>
      <View style={styles.words}>
        <View style={styles.line}>
          <Text variant="titleSmall" style={styles.name}>
            {name}
          </Text>
          <Text variant="titleSmall" style={styles.size}>
            {size}
          </Text>
        </View>
        {about === undefined ? null : (
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {about}
          </Text>
        )}
      </View>
      {children ? <View style={styles.buttons}>{children}</View> : null}
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: space.s,
    columnGap: space.l,
  },
  words: { flexGrow: 1, flexShrink: 1, flexBasis: 260, gap: space.xs },
  line: { flexDirection: 'row', justifyContent: 'space-between', gap: space.m },
  name: { flexShrink: 1 },
  size: { flexShrink: 0, fontVariant: ['tabular-nums'] },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
