/** The way to a first model: one press that downloads the best one for this device, and a demo for the meantime. */
import type { PropsWithChildren } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useOptionalLLM } from '../../ai/LLMProvider';
import type { LlmModelConfig } from '../../ai/modelConfig';
import {
  useManagerSnapshot,
  useModelState,
  useModels,
  useModelsWhere,
  useSelectedModel,
} from '../../ai/ModelProvider';
import type { ManagerSnapshot, ModelState } from '../../ai/modelState';
import { approximateBytes } from '../../ai/registry/modelFiles';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { useNotices } from '../notices/Notices';
import { Button } from '../ui/Button';
import { useNavigation } from '../ui/navigation';
import { Panel } from '../ui/Panel';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { describeFit } from '../words/measuredWords';
import { formatBytes, formatDuration, formatRate } from '../words/words';
import { findFirstModel } from './firstModel';
import { TransferProgress } from './TransferProgress';
import { useSettling } from './useSettling';

/** Of so few models a person chooses without advice. */
const FEW = 2;

/** Renders nothing for a person who has a model, where none can be offered, and on a shelf of a few. */
export function FirstModel() {
  const started = useManagerSnapshot((snapshot) => snapshot.started);
  const hasModel = useModelsWhere(isModelHere).length > 0;
  const { models } = useModels();
  return !started || hasModel || models.length <= FEW ? null : <Offer />;
}

const isModelHere = ({ demo }: LlmModelConfig, { kind }: ModelState) =>
  kind === 'installed' && demo !== true;

function Offer() {
  const config = useFirstModel();
  const { models } = useModels();
  const demo = models.find((model) => model.demo === true && model.available);
  if (config === undefined) return null;
  return (
    <Panel title={t('Your first model')}>
      <FirstDownload config={config}>
        {demo === undefined ? null : <DemoButton demo={demo} />}
      </FirstDownload>
    </Panel>
  );
}

function useFirstModel(): LlmModelConfig | undefined {
  const { host, models, runtimeOf } = useModels();
  const llm = useOptionalLLM();
  const kinds = useManagerSnapshot(({ states }) =>
    models.map(({ modelId }) => states[modelId]?.kind ?? 'absent').join(),
  ).split(',');
  const kindOf = new Map(models.map(({ modelId }, place) => [modelId, kinds[place]]));
  return findFirstModel(models, {
    kindOf: ({ modelId }) => kindOf.get(modelId) as ModelState['kind'],
    fitOf: (config) => llm?.fitOf(config) ?? 'unknown',
    sizeOf: (config) => {
      const runtime = runtimeOf(config);
      return TRAITS[runtime].hasFiles ? approximateBytes(config, runtime) : undefined;
    },
    isMetered: host.isMetered?.(),
  });
}

/** `children` are further buttons beside its own. */
function FirstDownload({ config, children }: PropsWithChildren<{ config: LlmModelConfig }>) {
  const colors = useColors();
  const { displayName } = config;
  const { download } = useModels();
  const { tellFailure } = useNotices();
  const state = useModelState(config.modelId);
  const press = pressOf(state, displayName);
  const settling = useSettling(press?.label ?? '');
  return (
    <>
      <Text variant="titleMedium">{displayName}</Text>
      <FirstFacts config={config} />
      {state.kind === 'failed' ? (
        <Text variant="bodyMedium" aria-live="polite" style={{ color: colors.error }}>
          {describeFailure(state.failure).title}
        </Text>
      ) : null}
      {isMoving(state) ? <TransferProgress name={displayName} state={state} /> : null}
      <View style={styles.row}>
        {press === undefined ? null : (
          <Button
            {...press}
            icon="download"
            tone="filled"
            settling={settling}
            onPress={() => void download(config).catch(tellFailure)}
          />
        )}
        {children}
      </View>
    </>
  );
}

/** How much it is and needs, and how long that takes as far as a download tells. */
function FirstFacts({ config }: { config: LlmModelConfig }) {
  const colors = useColors();
  const { runtimeOf } = useModels();
  const llm = useOptionalLLM();
  const bytesPerSecond = useManagerSnapshot(measuredRate);
  const state = useModelState(config.modelId);
  const sizeBytes = approximateBytes(config, runtimeOf(config));
  const fit = describeFit(llm?.fitOf(config) ?? 'unknown', llm?.memoryNeedOf(config));
  return (
    <>
      {[fit, state.kind === 'absent' ? waitWords(sizeBytes, bytesPerSecond) : undefined].map(
        (words) =>
          words === undefined ? null : (
            <Text key={words} variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
              {words}
            </Text>
          ),
      )}
    </>
  );
}

/** Of the downloads that run now, to two digits; undefined while none does. */
function measuredRate({ states }: ManagerSnapshot): number | undefined {
  const rates = Object.values(states).flatMap((state) =>
    state.kind === 'downloading' ? (state.bytesPerSecond ?? []) : [],
  );
  return rates.length === 0 ? undefined : Number(Math.max(...rates).toPrecision(2));
}

function waitWords(sizeBytes: number | undefined, bytesPerSecond: number | undefined) {
  if (sizeBytes === undefined) return undefined;
  const size = formatBytes(sizeBytes);
  if (bytesPerSecond === undefined || bytesPerSecond === 0) {
    return t('{size} to download; how long that takes depends on your connection.', { size });
  }
  const time = formatDuration(Math.max(1, Math.round(sizeBytes / bytesPerSecond)));
  const rate = formatRate(bytesPerSecond);
  return t('{size} to download: about {time} at the present {rate}.', { size, time, rate });
}

/** Undefined while it goes on without a press. */
function pressOf({ kind }: ModelState, model: string) {
  switch (kind) {
    case 'absent':
      return { label: t('Download {name}', { name: model }) };
    case 'paused':
      return { label: t('Resume {name}', { name: model }) };
    case 'failed':
      return { label: t('Try again: {name}', { name: model }) };
    default:
      return undefined;
  }
}

type Moving = Parameters<typeof TransferProgress>[0]['state'];

const MOVING: ReadonlySet<ModelState['kind']> = new Set([
  ...(['waiting', 'downloading', 'paused', 'verifying'] as const),
]);

const isMoving = (state: ModelState): state is Moving => MOVING.has(state.kind);

/** Downloads nothing: the demo lies beside the app. It answers while the first model is on its way. */
function DemoButton({ demo }: { demo: LlmModelConfig }) {
  const { download } = useModels();
  const selected = useSelectedModel();
  const open = useNavigation()?.open;
  const { tellFailure } = useNotices();
  const { kind } = useModelState(demo.modelId);
  if (selected === undefined || kind === 'unavailable') return null;

  async function speak(): Promise<void> {
    if (kind === 'installed') await selected?.reloadModel(demo);
    else await download(demo);
    open?.('/');
  }

  return (
    <Button
      label={t('Try it now, offline')}
      name={t('Try it now, offline: {name}', { name: demo.displayName })}
      icon="chat"
      disabled={kind !== 'absent' && kind !== 'installed'}
      onPress={() => void speak().catch(tellFailure)}
    />
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
