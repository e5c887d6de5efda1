/** The running benchmark: its progress, the models that follow, and a button to end it. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { RunningBenchmark } from '../../ai/measure/benchmarks';
import { Button } from '../ui/Button';
import { t } from '../words/language';
import { describeProgress } from '../words/measuredWords';
import { joinList } from '../words/words';
import { Panel } from '../ui/Panel';
import { ProgressBar } from '../ui/ProgressBar';
import { space, useColors } from '../ui/theme';

interface BenchmarkRunningProps {
  running: RunningBenchmark | undefined;
  nameOf: (modelId: string) => string;
}

export function BenchmarkRunning({ running, nameOf }: BenchmarkRunningProps) {
  return (
    // Always in the page: screen readers don't read a live region that is added together with its text.
    <View role="status" style={running === undefined && styles.nothing}>
      {running === undefined ? null : <Progress running={running} nameOf={nameOf} />}
    </View>
  );
}

function Progress({
  running,
  nameOf,
}: {
  running: RunningBenchmark;
  nameOf: (id: string) => string;
}) {
  const { cancel } = useBenchmarks();
  const colors = useColors();
  const { modelId, waitingIds, step, steps } = running;
  const words = describeProgress(running);
  return (
    <Panel title={t('Measuring {name}', { name: nameOf(modelId) })}>
      <ProgressBar
        label={t('Benchmark of {name}', { name: nameOf(modelId) })}
        valueText={words}
        part={step - 1}
        total={steps}
      />
      <View style={styles.row}>
        <View style={styles.words}>
          <Text variant="bodyMedium">{words}</Text>
          {waitingIds.length === 0 ? null : (
            <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
              {t('Then {models}', { models: joinList(waitingIds.map(nameOf)) })}
            </Text>
          )}
        </View>
        <Button label={t('Cancel')} icon="close" onPress={cancel} />
      </View>
    </Panel>
  );
}

const styles = StyleSheet.create({
  // Adds no gap to the column.
  nothing: { position: 'absolute' },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  words: { flex: 1 },
});
