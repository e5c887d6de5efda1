/** The models that can be measured, each with its button, and one for all. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { MissingResult } from '../../ai/measure/benchmarks';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useInstalledModels } from '../../ai/ModelProvider';
import { Button, LinkButton } from '../ui/Button';
import { VersionNote } from './VersionNote';
import { Notice } from '../ui/Notice';
import { Panel } from '../ui/Panel';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatDate, formatTokenRate } from '../words/words';

export function BenchmarkChooser() {
  const { run } = useBenchmarks();
  const colors = useColors();
  const installed = useInstalledModels();
  if (installed.length === 0) {
    return (
      <Panel title={t('Nothing to measure yet')}>
        <Text variant="bodyLarge">{t('Download a model, then see here how fast it is.')}</Text>
        <View style={styles.row}>
          <LinkButton
            label={t('Choose a model')}
            icon="library"
            tone="filled"
            href="/settings/models"
          />
        </View>
      </Panel>
    );
  }
  return (
    <Panel title={t('Models on this device')}>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {t(
          'A benchmark loads the model again, lets it answer once to warm up, then measures three answers to the same text. Opening the chat ends it.',
        )}
      </Text>
      <View role="list">
        {installed.map((config) => (
          <ModelRow key={config.modelId} config={config} />
        ))}
      </View>
      {installed.length < 2 ? null : (
        <View style={styles.row}>
          <Button
            label={t('Benchmark all')}
            icon="benchmark"
            tone="filled"
            onPress={() => void run(installed)}
          />
        </View>
      )}
    </Panel>
  );
}

function ModelRow({ config }: { config: LlmModelConfig }) {
  const { results, running, missing, run } = useBenchmarks();
  const colors = useColors();
  const { modelId, displayName } = config;
  const isRunning = running?.modelId === modelId;
  const isWaiting = running?.waitingIds.includes(modelId) === true;
  const face = faceOf(displayName, { isRunning, isWaiting });
  const last = results.find((result) => result.modelId === modelId && result.kind === 'full');
  return (
    <View role="listitem" style={[styles.model, { borderTopColor: colors.outlineVariant }]}>
      <View style={styles.row}>
        <View style={styles.words}>
          <Text variant="titleSmall">{displayName}</Text>
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {last === undefined ? t('Not measured yet') : describeLast(last)}
          </Text>
          {last === undefined ? null : <VersionNote result={last} />}
        </View>
        <Button {...face} disabled={isRunning || isWaiting} onPress={() => void run([config])} />
      </View>
      <MissingNotice missing={missing[modelId]} />
    </View>
  );
}

function faceOf(
  name: string,
  { isRunning, isWaiting }: { isRunning: boolean; isWaiting: boolean },
) {
  if (isRunning) return { label: t('Measuring'), name: t('Measuring {name}', { name }) };
  if (isWaiting) return { label: t('Waiting'), name: t('Waiting {name}', { name }) };
  return { label: t('Benchmark'), name: t('Benchmark {name}', { name }) };
}

function describeLast(last: { tokensPerSecond: number | undefined; measuredAt: number }): string {
  const { tokensPerSecond, measuredAt } = last;
  const rate = tokensPerSecond === undefined ? [] : [formatTokenRate(tokensPerSecond)];
  return [...rate, formatDate(measuredAt)].join(' · ');
}

function MissingNotice({ missing }: { missing: MissingResult | undefined }) {
  if (missing === undefined) return null;
  if (missing.kind === 'interrupted') {
    return (
      <Notice
        tone="calm"
        icon="info"
        text={t('It was not measured to the end: the engine was needed for something else.')}
      />
    );
  }
  const { title, detail } = describeFailure(missing.failure);
  return <Notice tone="error" icon="warning" title={title} text={detail} />;
}

const styles = StyleSheet.create({
  model: { gap: space.s, paddingVertical: space.s, borderTopWidth: StyleSheet.hairlineWidth },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  words: { flex: 1, gap: 2 },
});
