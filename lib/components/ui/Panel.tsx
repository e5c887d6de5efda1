/** A box with a heading: one part of a screen. */
import type { PropsWithChildren } from 'react';
import { StyleSheet, View } from 'react-native';
import { Heading } from './Heading';
import { radius, space, useColors } from './theme';

export function Panel({ title, children }: PropsWithChildren<{ title: string }>) {
  const colors = useColors();
  return (
    <View
      style={[
        styles.panel,
        { backgroundColor: colors.surface, borderColor: colors.outlineVariant },
      ]}
    >
      <Heading level={2} text={title} />
      {children}
    </View>
  );
}

const styles = StyleSheet.create({
  panel: {
    gap: space.m,
    padding: space.xl - space.xs,
    borderRadius: radius.l,
    borderWidth: 1,
  },
});
