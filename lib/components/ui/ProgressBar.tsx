/** A bar with an accessible value; without a total it moves and shows no value. */
import { StyleSheet, View } from 'react-native';
import { radius, useColors } from './theme';
import { webProps } from './webProps';
import { percentOf } from '../words/words';

interface ProgressBarProps {
  /** The activity, and the model. */
  label: string;
  /** The value in words. */
  valueText: string;
  part: number;
  /** Undefined while the total is unknown. */
  total: number | undefined;
  /** Not moving: paused or failed. */
  idle?: boolean;
}

export function ProgressBar({ label, valueText, part, total, idle = false }: ProgressBarProps) {
  const colors = useColors();
  const percent = total === undefined ? undefined : percentOf(part, total);
  const color = idle ? colors.outline : colors.primary;
  return (
    <View
      accessible
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      aria-valuetext={valueText}
      style={[styles.track, { backgroundColor: colors.surfaceVariant }]}
    >
      {percent === undefined ? (
        <View
          style={[styles.fill, styles.unknown, { backgroundColor: color }]}
          {...webProps({ dataSet: idle ? {} : { indeterminate: '' } })}
        />
      ) : (
        <View
          style={[styles.fill, { backgroundColor: color, width: `${percent}%` }]}
          {...webProps({ dataSet: { slide: '' } })}
        />
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  track: { height: 8, borderRadius: radius.pill, overflow: 'hidden' },
  fill: { height: 8, borderRadius: radius.pill },
  unknown: { position: 'absolute', start: 0, width: '40%' },
});
