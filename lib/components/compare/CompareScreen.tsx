/** Asks two models the same question, and shows both answers side by side, or below each other on a narrow screen. */
import { Children, useRef, useState } from 'react';
import type { PropsWithChildren } from 'react';
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import type { TextInput } from 'react-native';
import { Text } from 'react-native-paper';
import { useComparison } from '../../ai/compare/ComparisonProvider';
import { findModel } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useInstalledModels, useModel } from '../../ai/ModelProvider';
import { Composer } from '../chat/Composer';
import { useNotices } from '../notices/Notices';
import { Button, LinkButton } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { Screen } from '../ui/Screen';
import { radius, space, useColors, written } from '../ui/theme';
import { t } from '../words/language';
import { ComparedAnswer } from './ComparedAnswer';
import { ModelPicker } from './ModelPicker';

/** From this width on there is room for two answers side by side. */
const TWO_COLUMNS = 680;

export function CompareScreen() {
  const colors = useColors();
  const installed = useInstalledModels();
  return (
    <Screen title={t('Compare')} wide>
      <View style={styles.head}>
        <Heading level={1} text={t('Compare two models')} />
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {t(
            'Both answer the same question, one after the other, so that neither slows the other down. Nothing is saved unless you say so.',
          )}
        </Text>
      </View>
      {installed.length < 2 ? <NeedsTwo /> : <Comparing installed={installed} />}
    </Screen>
  );
}

function NeedsTwo() {
  return (
    <Notice tone="calm" icon="info" text={t('For this, two models have to be on this device.')}>
      <View style={styles.row}>
        <LinkButton label={t('Choose a model')} icon="library" href="/settings/models" />
      </View>
    </Notice>
  );
}

function Comparing({ installed }: { installed: readonly LlmModelConfig[] }) {
  const field = useRef<TextInput>(null);
  const { ask, stop, isRunning } = useComparison();
  const { pair, choose } = usePair(installed);
  return (
    <>
      <Columns>
        <ModelPicker
          label={t('First model')}
          models={installed}
          value={pair[0]}
          onChange={(model) => choose([model, pair[1]])}
          disabled={isRunning}
        />
        <ModelPicker
          label={t('Second model')}
          models={installed}
          value={pair[1]}
          onChange={(model) => choose([pair[0], model])}
          disabled={isRunning}
        />
      </Columns>
      <Composer
        field={field}
        placeholder={t('Ask both')}
        busy={isRunning}
        onSend={(text) => void ask(text, pair)}
        onStop={stop}
        onEditLast={() => undefined}
      />
      <Compared />
    </>
  );
}

type Pair = readonly [LlmModelConfig, LlmModelConfig];

/** At first the models that were compared last, or the selected one and another. Never twice the same. */
function usePair(installed: readonly LlmModelConfig[]) {
  const { currentConfig } = useModel();
  const { answers } = useComparison();
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    answers.length === 0 ? [currentConfig.modelId] : answers.map(({ modelId }) => modelId),
  );
  const known = chosen.flatMap((modelId) => findModel(installed, modelId) ?? []);
  const [first, second] = [...new Set([...known, ...installed])];
  if (first === undefined || second === undefined) throw new RangeError('two models are needed');
  const pair: Pair = [first, second];
  const choose = ([one, other]: Pair) => {
    // The model of the other side was chosen: the sides change places.
    const swapped = one === other ? [pair[1], pair[0]] : [one, other];
    setChosen(swapped.map(({ modelId }) => modelId));
  };
  return { pair, choose };
}

function Compared() {
  const colors = useColors();
  const { models } = useModel();
  const { question, answers, isRunning, isKept, keep } = useComparison();
  const { tellFailure } = useNotices();
  if (answers.length === 0) return null;
  const hasText = answers.some(({ text }) => text !== '');
  return (
    <View role="region" aria-label={t('Comparison')} aria-busy={isRunning} style={styles.result}>
      <View style={[styles.question, { backgroundColor: colors.primaryContainer }]}>
        <Text
          variant="bodyLarge"
          selectable
          style={[written, { color: colors.onPrimaryContainer }]}
        >
          {question}
        </Text>
      </View>
      <Columns>
        {answers.map((answer) => (
          <ComparedAnswer
            key={answer.modelId}
            answer={answer}
            modelName={findModel(models, answer.modelId)?.displayName ?? answer.modelId}
          />
        ))}
      </Columns>
      {isRunning || !hasText ? null : isKept ? (
        <Text role="status" variant="bodyMedium">
          {t('Both are kept: each is a chat with its model.')}
        </Text>
      ) : (
        <View style={styles.row}>
          <Button
            label={t('Keep as chats')}
            icon="storage"
            onPress={() => void keep().catch(tellFailure)}
          />
        </View>
      )}
    </View>
  );
}

function Columns({ children }: PropsWithChildren) {
  const isWide = useWindowDimensions().width >= TWO_COLUMNS;
  return (
    <View style={isWide ? styles.columns : styles.stack}>
      {Children.map(children, (child) => (
        <View style={isWide && styles.column}>{child}</View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  head: { gap: space.s },
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s, paddingTop: space.s },
  result: { gap: space.l },
  question: {
    alignSelf: 'flex-start',
    maxWidth: '100%',
    paddingHorizontal: space.l,
    paddingVertical: space.m,
    borderRadius: radius.l,
  },
  columns: { flexDirection: 'row', alignItems: 'flex-start', gap: space.l },
  column: { flex: 1 },
  stack: { gap: space.l },
});
