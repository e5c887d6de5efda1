/** Compares models by one number: a bar for the eye, and its value as text. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { SavedBenchmark } from '../../db/benchmarks';
import { metrics, toBars } from './benchmarkMetrics';
import type { MetricKey } from './benchmarkMetrics';
import { Segments } from '../ui/Segments';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';

interface BenchmarkBarsProps {
  /** One row for each model. */
  rows: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
}

/** Keeps a small value visible. */
const LEAST_PERCENT = 1.5;

export function BenchmarkBars({ rows, nameOf }: BenchmarkBarsProps) {
  const [key, setKey] = useState<MetricKey>('generation');
  const colors = useColors();
  const all = metrics();
  const metric = all.find((each) => each.key === key) ?? all[0];
  return (
    <>
      <Segments
        label={t('Compare by')}
        wrap
        options={all.map(({ key: value, label }) => ({ value, label }))}
        value={metric.key}
        onChange={setKey}
      />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {metric.meaning}
      </Text>
      <View role="list" aria-label={metric.label} style={styles.bars}>
        {toBars(rows, metric).map(({ row, value, percent }) => (
          <View key={row.modelId} role="listitem" style={styles.bar}>
            <View style={styles.words}>
              <Text variant="titleSmall" style={styles.name}>
                {nameOf(row.modelId)}
              </Text>
              <Text variant="titleSmall" style={styles.value}>
                {value}
              </Text>
            </View>
            <View aria-hidden style={[styles.track, { backgroundColor: colors.surfaceVariant }]}>
              <View
                style={[
                  styles.fill,
                  {
                    backgroundColor: colors.primary,
                    width: `${percent === 0 ? 0 : Math.max(LEAST_PERCENT, percent)}%`,
                  },
                ]}
              />
            </View>
          </View>
        ))}
      </View>
    </>
  );
}

const styles = StyleSheet.create({
  bars: { gap: space.l },
  bar: { gap: space.xs },
  words: { flexDirection: 'row', flexWrap: 'wrap', columnGap: space.m },
  name: { flexGrow: 1 },
  value: { fontVariant: ['tabular-nums'] },
  track: { height: 16, borderRadius: radius.s, overflow: 'hidden' },
  fill: { height: 16, borderRadius: radius.s },
});
