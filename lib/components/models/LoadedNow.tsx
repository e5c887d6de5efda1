/** The models in memory: how much each takes, and a button that unloads it. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { findModel } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useOptionalLLM } from '../../ai/LLMProvider';
import type { LlmBinding } from '../../ai/LLMProvider';
import type { LlmStatus } from '../../ai/engine/llmSnapshot';
import { useModels } from '../../ai/ModelProvider';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { useNotices } from '../notices/Notices';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatBytes, formatPercent, percentOf } from '../words/words';

/** Renders nothing while no model is in memory or being loaded, and without an LLMProvider. */
export function LoadedNow() {
  const llm = useOptionalLLM();
  return llm === undefined ? null : <Loaded {...llm} />;
}

function Loaded({ loaded, status, preloadingId, unload }: LlmBinding) {
  const { models } = useModels();
  const { tellFailure } = useNotices();
  const colors = useColors();
  const rows = [
    ...comingIds(status, preloadingId).map((modelId) => ({
      ...{ modelId, words: comingWords(status), canUnload: false },
    })),
    ...loaded.map(({ modelId, memoryBytes }) => ({
      modelId,
      words: [
        memoryBytes === undefined ? undefined : formatBytes(memoryBytes),
        activityOf(status, modelId),
      ]
        .filter((word) => word !== undefined)
        .join(' · '),
      // Unloading would make a measurement fail; the measurement's own screen has a button to end it.
      canUnload: status.kind !== 'measuring' || status.modelId !== modelId,
    })),
  ];
  if (rows.length === 0) return null;
  return (
    <View
      style={[styles.box, { backgroundColor: colors.surface, borderColor: colors.outlineVariant }]}
    >
      <Heading level={2} small text={t('In memory now')} />
      <View role="list" style={styles.list}>
        {rows.map(({ modelId, words, canUnload }) => {
          const config = findModel(models, modelId);
          return (
            <View key={modelId} role="listitem" style={styles.row}>
              <View style={styles.words}>
                <Text variant="titleSmall">{config?.displayName ?? modelId}</Text>
                {words === '' ? null : (
                  <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
                    {words}
                  </Text>
                )}
              </View>
              {config !== undefined && canUnload ? (
                <UnloadButton
                  config={config}
                  onPress={() => void unload(config).catch(tellFailure)}
                />
              ) : null}
            </View>
          );
        })}
      </View>
    </View>
  );
}

function UnloadButton({ config, onPress }: { config: LlmModelConfig; onPress: () => void }) {
  return (
    <Button
      label={t('Unload')}
      name={t('Unload {name}', { name: config.displayName })}
      tone="quiet"
      onPress={onPress}
    />
  );
}

function comingIds(status: LlmStatus, preloadingId: string | undefined): string[] {
  const ids = status.kind === 'loading' ? [status.modelId] : [];
  return preloadingId === undefined || ids.includes(preloadingId) ? ids : [...ids, preloadingId];
}

function comingWords(status: LlmStatus): string {
  if (status.kind !== 'loading' || status.fraction === undefined) return t('Loading');
  return t('Loading · {percent}', { percent: formatPercent(percentOf(status.fraction, 1)) });
}

/** The current activity of a model; undefined for none. */
function activityOf(status: LlmStatus, modelId: string): string | undefined {
  if (status.kind === 'empty' || status.modelId !== modelId) return undefined;
  if (status.kind === 'generating') return t('answering');
  return status.kind === 'measuring' ? t('being measured') : undefined;
}

const styles = StyleSheet.create({
  box: { gap: space.s, padding: space.l, borderRadius: radius.l, borderWidth: 1 },
  list: { gap: space.xs },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  words: {
    flex: 1,
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    alignContent: 'center',
    columnGap: space.m,
    minHeight: 40,
  },
});
