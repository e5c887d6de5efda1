/** Every saved measurement, hidden until a person opens the list; each can be deleted. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { SavedBenchmark } from '../../db/benchmarks';
import { Disclosure } from '../ui/Disclosure';
import { ForgetDialog } from './ForgetDialog';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { describeWhere } from '../words/measuredWords';
import { useNotices } from '../notices/Notices';
import { space, useColors } from '../ui/theme';
import { formatCount, formatDate, formatTokenRate } from '../words/words';

interface BenchmarkHistoryProps {
  results: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
}

export function BenchmarkHistory({ results, nameOf }: BenchmarkHistoryProps) {
  /** The model whose measurements are all deleted once the person agrees. */
  const [forgetting, setForgetting] = useState<string>();
  const modelIds = [...new Set(results.map(({ modelId }) => modelId))];
  return (
    <Disclosure label={`${formatCount(results.length)} kept on this device`}>
      {modelIds.map((modelId) => {
        const own = results.filter((result) => result.modelId === modelId);
        return (
          <View key={modelId} style={styles.model}>
            <View style={styles.row}>
              <Text variant="titleSmall" style={styles.words}>
                {nameOf(modelId)}
              </Text>
              <Button
                label="Remove all"
                name={`Remove all measurements of ${nameOf(modelId)}`}
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
  const { benchmarkId, kind, measuredAt, deviceName, tokensPerSecond, generatedTokens } = result;
  const what = kind === 'smoke' ? 'Smoke test' : 'Benchmark';
  const rate = tokensPerSecond === undefined ? 'no rate' : formatTokenRate(tokensPerSecond);
  return (
    <View
      role="listitem"
      style={[styles.row, styles.result, { borderTopColor: colors.outlineVariant }]}
    >
      <View style={styles.words}>
        <Text variant="bodyMedium">
          {what} of {formatDate(measuredAt)}: {rate} over {formatCount(generatedTokens)} tokens
        </Text>
        <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
          {deviceName} · {describeWhere(result)}
        </Text>
      </View>
      <IconButton
        name={`Remove the measurement of ${name} of ${formatDate(measuredAt)}`}
        icon="remove"
        onPress={() => {
          remove([benchmarkId]).then(() => tell('The measurement was removed'), tellFailure);
        }}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  model: { gap: space.xs },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  words: { flex: 1, gap: 2 },
  result: { paddingVertical: space.xs, borderTopWidth: StyleSheet.hairlineWidth },
});
