/** Settings > Benchmarks: measure the models of this device, and compare them. */
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { findModel } from '../../ai/modelConfig';
import { useModel } from '../../ai/ModelProvider';
import { BenchmarkBars } from './BenchmarkBars';
import { BenchmarkChooser } from './BenchmarkChooser';
import { BenchmarkHistory } from './BenchmarkHistory';
import { newestOfEach } from './benchmarkMetrics';
import { BenchmarkRunning } from './BenchmarkRunning';
import { BenchmarkTable } from './BenchmarkTable';
import { ExportButtons } from './ExportButtons';
import { Heading } from '../ui/Heading';
import { Panel } from '../ui/Panel';
import { Screen } from '../ui/Screen';
import { useColors } from '../ui/theme';
import { t } from '../words/language';
import { deviceWords } from '../words/measuredWords';

export function BenchmarksScreen() {
  const { host, models } = useModel();
  const { results, running } = useBenchmarks();
  const colors = useColors();
  const compared = newestOfEach(results);
  const nameOf = (modelId: string) => findModel(models, modelId)?.displayName ?? modelId;
  return (
    <Screen title={t('Benchmarks')} wide>
      <Heading level={1} text={t('Benchmarks')} />
      <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
        {t('How fast each model is on this device: {device}.', {
          device: deviceWords(host.deviceName),
        })}
      </Text>
      <BenchmarkRunning running={running} nameOf={nameOf} />
      <BenchmarkChooser />
      {compared.length === 0 ? null : (
        <>
          <Panel title={t('Compared')}>
            <BenchmarkBars rows={compared} nameOf={nameOf} />
          </Panel>
          <Panel title={t('Every number')}>
            <BenchmarkTable rows={compared} nameOf={nameOf} />
          </Panel>
        </>
      )}
      {results.length === 0 ? null : (
        <Panel title={t('All measurements')}>
          <BenchmarkHistory results={results} nameOf={nameOf} />
          <ExportButtons compared={compared} nameOf={nameOf} />
        </Panel>
      )}
    </Screen>
  );
}
