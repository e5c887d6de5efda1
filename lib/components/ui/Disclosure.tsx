/** Further content, hidden until a person opens it. */
import { useState } from 'react';
import type { PropsWithChildren } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Icon } from './icons';
import { radius, space, useColors } from './theme';

export function Disclosure({ label, children }: PropsWithChildren<{ label: string }>) {
  const [open, setOpen] = useState(false);
  const colors = useColors();
  return (
    <View style={styles.box}>
      <Pressable
        role="button"
        aria-expanded={open}
        onPress={() => setOpen(!open)}
        style={styles.head}
      >
        <Icon name={open ? 'down' : 'forward'} size={18} color={colors.primary} />
        <Text variant="labelLarge" style={{ color: colors.primary }}>
          {label}
        </Text>
      </Pressable>
      {open ? children : null}
    </View>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.m },
  head: {
    flexDirection: 'row',
    alignItems: 'center',
    alignSelf: 'flex-start',
    gap: space.s,
    minHeight: 40,
    paddingEnd: space.m,
    borderRadius: radius.s,
  },
});
