/** A choice between a few options, side by side. */
import { Pressable, StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import { NARROW, radius, space, useColors } from './theme';
import { webProps } from './webProps';
import { formatCount } from '../words/words';

interface SegmentsProps<Value extends string> {
  /** What the options are about. */
  label: string;
  options: readonly { value: Value; label: string; count?: number }[];
  /** Undefined while none is chosen. */
  value: Value | undefined;
  onChange: (value: Value) => void;
  /** Continue on a second line if the options don't fit on one. */
  wrap?: boolean;
}

export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const colors = useColors();
  const isNarrow = useWindowDimensions().width < NARROW;
  return (
    <View
      role="group"
      aria-label={props.label}
      style={[
        styles.track,
        props.wrap === true && styles.wrap,
        { backgroundColor: colors.surfaceVariant },
      ]}
    >
      {props.options.map(({ value, label, count }) => {
        const chosen = value === props.value;
        const ink = chosen ? colors.onPrimaryContainer : colors.onSurfaceVariant;
        return (
          <Pressable
            key={value}
            role="button"
            accessibilityState={{ selected: chosen }}
            {...webProps({ 'aria-pressed': chosen })}
            onPress={() => props.onChange(value)}
            style={[
              styles.segment,
              isNarrow && styles.narrow,
              chosen && { backgroundColor: colors.primaryContainer },
            ]}
          >
            <Text variant="labelLarge" style={[styles.label, { color: ink }]}>
              {label}
            </Text>
            {count === undefined ? null : (
              <Text variant="labelMedium" style={{ color: ink }}>
                {formatCount(count)}
              </Text>
            )}
          </Pressable>
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  // In a longer language or with larger text it goes on in a second line.
  label: { flexShrink: 1 },
  track: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    width: '100%',
    maxWidth: 460,
    padding: space.xs,
    gap: space.xs,
    borderRadius: radius.m,
  },
  wrap: { flexWrap: 'wrap', maxWidth: 560 },
  segment: {
    flexGrow: 1,
    maxWidth: '100%',
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: 6,
    minHeight: 36,
    paddingHorizontal: space.m,
    borderRadius: radius.s + 1,
  },
  narrow: { paddingHorizontal: space.xs },
});
