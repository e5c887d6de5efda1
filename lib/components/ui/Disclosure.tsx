/** Further content, hidden until a person opens it. */
import { useState } from 'react';
import type { PropsWithChildren } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Icon } from './icons';
import { radius, space, useColors } from './theme';

interface DisclosureProps {
  label: string;
  /** Stays open while true, because something in it needs the person. */
  forced?: boolean;
}

export function Disclosure({
  label,
  forced = false,
  children,
}: PropsWithChildren<DisclosureProps>) {
  const [chosen, setChosen] = useState(false);
  const open = chosen || forced;
  const colors = useColors();
  return (
    <View style={styles.box}>
      <Pressable
        role="button"
        aria-expanded={open}
        onPress={() => setChosen(!open)}
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
