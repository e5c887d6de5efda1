/** Every saved measurement, hidden until a person opens the list; each can be deleted. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { SavedBenchmark } from '../../db/benchmarks';
import { Disclosure } from '../ui/Disclosure';
import { ForgetDialog } from './ForgetDialog';
import { VersionNote } from './VersionNote';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { t } from '../words/language';
import { describeWhere, deviceWords } from '../words/measuredWords';
import { useNotices } from '../notices/Notices';
import { space, useColors } from '../ui/theme';
import { formatDate, formatTokenRate } from '../words/words';

interface BenchmarkHistoryProps {
  results: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
}

export function BenchmarkHistory({ results, nameOf }: BenchmarkHistoryProps) {
  /** The model whose measurements are all deleted once the person agrees. */
  const [forgetting, setForgetting] = useState<string>();
  const modelIds = [...new Set(results.map(({ modelId }) => modelId))];
  return (
    <Disclosure
      label={t('{count, plural, one {# kept on this device} other {# kept on this device}}', {
        count: results.length,
      })}
    >
      {modelIds.map((modelId) => {
        const own = results.filter((result) => result.modelId === modelId);
        return (
          <View key={modelId} style={styles.model}>
            <View style={styles.row}>
              <Text variant="titleSmall" style={styles.words}>
                {nameOf(modelId)}
              </Text>
              <Button
                label={t('Remove all')}
                name={t('Remove all measurements of {name}', { name: nameOf(modelId) })}
                tone="quiet"
                onPress={() => setForgetting(modelId)}
              />
            </View>
            <View role="list">
              {own.map((result) => (
                <HistoryRow key={result.benchmarkId} result={result} name={nameOf(modelId)} />
              ))}
            </View>
          </View>
        );
      })}
      {forgetting === undefined ? null : (
        <ForgetDialog
          name={nameOf(forgetting)}
          ids={results
            .filter(({ modelId }) => modelId === forgetting)
            .map(({ benchmarkId }) => benchmarkId)}
          onClose={() => setForgetting(undefined)}
        />
      )}
    </Disclosure>
  );
}

function HistoryRow({ result, name }: { result: SavedBenchmark; name: string }) {
  const { remove } = useBenchmarks();
  const { tell, tellFailure } = useNotices();
  const colors = useColors();
  const { benchmarkId, measuredAt, deviceName } = result;
  return (
    <View
      role="listitem"
      style={[styles.row, styles.result, { borderTopColor: colors.outlineVariant }]}
    >
      <View style={styles.words}>
        <Text variant="bodyMedium">{resultText(result)}</Text>
        <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
          {deviceWords(deviceName)} · {describeWhere(result)}
        </Text>
        <VersionNote result={result} />
      </View>
      <IconButton
        name={t('Remove the measurement of {name} of {date}', {
          name,
          date: formatDate(measuredAt),
        })}
        icon="remove"
        onPress={() => {
          remove([benchmarkId]).then(() => tell(t('The measurement was removed')), tellFailure);
        }}
      />
    </View>
  );
}

function resultText({
  kind,
  measuredAt,
  tokensPerSecond,
  generatedTokens,
}: SavedBenchmark): string {
  const values = {
    date: formatDate(measuredAt),
    rate: tokensPerSecond === undefined ? t('no rate') : formatTokenRate(tokensPerSecond),
    count: generatedTokens,
  };
  return kind === 'smoke'
    ? t('Smoke test of {date}: {rate} over {count, plural, one {# token} other {# tokens}}', values)
    : t('Benchmark of {date}: {rate} over {count, plural, one {# token} other {# tokens}}', values);
}

const styles = StyleSheet.create({
  model: { gap: space.xs },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  words: { flex: 1, gap: 2 },
  result: { paddingVertical: space.xs, borderTopWidth: StyleSheet.hairlineWidth },
});
