/** A choice of one among options that need a sentence or more each. */
import type { ReactNode } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { radius, space, useColors } from './theme';
import { webProps } from './webProps';

export interface Option<Value extends string> {
  value: Value;
  /** Its text is the accessible name. */
  content: ReactNode;
}

interface OptionsProps<Value extends string> {
  /** What the options are about. */
  label: string;
  options: readonly Option<Value>[];
  value: Value | undefined;
  onChange: (value: Value) => void;
}

export function Options<Value extends string>(props: OptionsProps<Value>) {
  const { label, options, value, onChange } = props;
  const colors = useColors();
  return (
    <View role="radiogroup" aria-label={label} style={styles.group}>
      {options.map((option) => {
        const chosen = option.value === value;
        const color = chosen ? colors.primary : colors.outline;
        return (
          <Pressable
            key={option.value}
            role="radio"
            aria-checked={chosen}
            onPress={() => onChange(option.value)}
            {...webProps({
              onKeyDown(event) {
                // Enter presses it anyway; a browser would scroll the page by Space.
                if (event.key !== ' ') return;
                event.preventDefault();
                onChange(option.value);
              },
            })}
            style={[
              styles.option,
              { borderColor: chosen ? colors.primary : colors.outlineVariant },
              chosen && { backgroundColor: colors.surfaceVariant },
            ]}
          >
            <View style={[styles.ring, { borderColor: color }]}>
              {chosen ? <View style={[styles.dot, { backgroundColor: color }]} /> : null}
            </View>
            <View style={styles.content}>{option.content}</View>
          </Pressable>
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: space.s },
  option: {
    flexDirection: 'row',
    gap: space.m,
    padding: space.m,
    borderWidth: 1,
    borderRadius: radius.m,
  },
  ring: {
    width: 20,
    height: 20,
    marginTop: 1,
    borderWidth: 2,
    borderRadius: radius.pill,
    alignItems: 'center',
    justifyContent: 'center',
  },
  dot: { width: 10, height: 10, borderRadius: radius.pill },
  content: { flex: 1, gap: space.xs },
});
