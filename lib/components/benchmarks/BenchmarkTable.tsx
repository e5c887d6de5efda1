/** The numbers of each model's newest benchmark: a table if there is room for one, else a list. */
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import type { SavedBenchmark } from '../../db/benchmarks';
import { metrics, notMeasured } from './benchmarkMetrics';
import { VersionNote } from './VersionNote';
import { t } from '../words/language';
import { describeWhere } from '../words/measuredWords';
import { WIDE, space, useColors } from '../ui/theme';
import { formatCount, formatDate } from '../words/words';

interface BenchmarkTableProps {
  rows: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
}

export function BenchmarkTable(props: BenchmarkTableProps) {
  const wide = useWindowDimensions().width >= WIDE;
  return wide ? <WideTable {...props} /> : <NarrowList {...props} />;
}

interface Column {
  label: string;
  read: (row: SavedBenchmark) => string;
}

const columns = (): readonly Column[] => [
  ...metrics().map(({ label, read, format }) => ({
    label,
    read: (row: SavedBenchmark) => {
      const value = read(row);
      return value === undefined ? notMeasured() : format(value);
    },
  })),
  {
    label: t('Tokens'),
    read: ({ promptTokens, generatedTokens }) =>
      t('{read} read, {written} written', {
        read: formatCount(promptTokens),
        written: formatCount(generatedTokens),
      }),
  },
  { label: t('Measured'), read: ({ measuredAt }) => formatDate(measuredAt) },
];

function WideTable({ rows, nameOf }: BenchmarkTableProps) {
  const colors = useColors();
  const line = { borderTopColor: colors.outlineVariant };
  return (
    <View role="table" aria-label={t('Every number')}>
      <View role="row" style={styles.row}>
        <Text role="columnheader" variant="labelLarge" style={styles.name}>
          {t('Model')}
        </Text>
        {columns().map(({ label }) => (
          <Text key={label} role="columnheader" variant="labelLarge" style={styles.cell}>
            {label}
          </Text>
        ))}
      </View>
      {rows.map((row) => (
        <View key={row.benchmarkId} role="row" style={[styles.row, styles.line, line]}>
          <View role="rowheader" style={styles.name}>
            <Text variant="titleSmall">{nameOf(row.modelId)}</Text>
            <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
              {describeWhere(row)}
            </Text>
            <VersionNote result={row} />
          </View>
          {columns().map(({ label, read }) => (
            <Text key={label} role="cell" variant="bodyMedium" style={styles.cell}>
              {read(row)}
            </Text>
          ))}
        </View>
      ))}
    </View>
  );
}

function NarrowList({ rows, nameOf }: BenchmarkTableProps) {
  const colors = useColors();
  const line = { borderTopColor: colors.outlineVariant };
  return (
    <View role="list" aria-label={t('Every number')}>
      {rows.map((row) => (
        <View key={row.benchmarkId} role="listitem" style={[styles.item, styles.line, line]}>
          <Text variant="titleSmall">{nameOf(row.modelId)}</Text>
          {columns().map(({ label, read }) => (
            <View key={label} style={styles.fact}>
              <Text variant="bodyMedium" style={[styles.label, { color: colors.onSurfaceVariant }]}>
                {label}
              </Text>
              <Text variant="bodyMedium" style={styles.number}>
                {read(row)}
              </Text>
            </View>
          ))}
          <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
            {describeWhere(row)}
          </Text>
          <VersionNote result={row} />
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', gap: space.m, paddingVertical: space.s },
  line: { borderTopWidth: StyleSheet.hairlineWidth },
  name: { flex: 2, gap: 2 },
  cell: { flex: 1, fontVariant: ['tabular-nums'] },
  item: { gap: space.xs, paddingVertical: space.m },
  fact: { flexDirection: 'row', gap: space.m },
  label: { width: 96 },
  number: { flex: 1, fontVariant: ['tabular-nums'] },
});
