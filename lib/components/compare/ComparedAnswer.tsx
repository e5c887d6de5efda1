/** One side of a comparison: the model, its answer, and what the answer took. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ComparedAnswer as Compared } from '../../ai/compare/comparison';
import { useLLM } from '../../ai/LLMProvider';
import { ChatThought } from '../chat/ChatThought';
import { AnswerText } from '../markdown/AnswerText';
import { MessageAction } from '../markdown/MessageAction';
import { useCopy } from '../notices/useCopy';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { radius, space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatBytes, formatMilliseconds, formatTokenRate } from '../words/words';

interface ComparedAnswerProps {
  answer: Compared;
  modelName: string;
}

export function ComparedAnswer({ answer, modelName }: ComparedAnswerProps) {
  const colors = useColors();
  const { outcome, thought, thoughtMs, text } = answer;
  const growing = outcome.kind === 'streaming';
  return (
    <View
      role="article"
      aria-label={modelName}
      aria-busy={growing}
      style={[styles.side, { backgroundColor: colors.surface, borderColor: colors.outlineVariant }]}
    >
      <View style={styles.head}>
        <View style={styles.name}>
          <Heading level={2} text={modelName} />
        </View>
        <CopyButton modelName={modelName} text={text} />
      </View>
      <Progress answer={answer} />
      {thought === '' ? null : <ChatThought {...{ thought, thoughtMs, growing }} />}
      {text === '' ? null : <AnswerText text={text} growing={growing} />}
      {outcome.kind === 'failed' ? <Failed failure={outcome.failure} /> : null}
      <Facts answer={answer} />
    </View>
  );
}

function CopyButton({ modelName, text }: { modelName: string; text: string }) {
  const copy = useCopy();
  if (text === '') return null;
  return (
    <MessageAction
      name={t('Copy the answer of {model}', { model: modelName })}
      icon="copy"
      onPress={() => copy(text)}
    />
  );
}

/** Nothing once the model writes. */
function Progress({ answer: { modelId, outcome, thought, text } }: { answer: Compared }) {
  const colors = useColors();
  const { status } = useLLM();
  const isLoading = status.kind === 'loading' && status.modelId === modelId;
  const words = () => {
    if (outcome.kind === 'waiting')
      return isLoading ? t('Loading the model…') : t('Waits for its turn');
    if (outcome.kind === 'streaming' && thought === '' && text === '') return t('Reading…');
    return outcome.kind === 'stopped' ? t('Stopped') : undefined;
  };
  const shown = words();
  if (shown === undefined) return null;
  return (
    <Text role="status" variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
      {shown}
    </Text>
  );
}

type Failure = Extract<Compared['outcome'], { kind: 'failed' }>['failure'];

function Failed({ failure }: { failure: Failure }) {
  const { title, detail } = describeFailure(failure);
  return <Notice tone="error" icon="warning" title={title} text={detail} />;
}

function Facts({ answer: { outcome, loadMs, memoryBytes } }: { answer: Compared }) {
  const stats = outcome.kind === 'done' ? outcome.stats : undefined;
  const facts = [
    stats && stats.tokensPerSecond > 0
      ? { label: t('Speed'), value: formatTokenRate(stats.tokensPerSecond) }
      : undefined,
    stats && { label: t('First word after'), value: formatMilliseconds(stats.timeToFirstTokenMs) },
    memoryBytes === undefined ? undefined : { label: t('Memory'), value: formatBytes(memoryBytes) },
    loadMs === undefined ? undefined : { label: t('Loaded in'), value: formatMilliseconds(loadMs) },
  ].filter((fact) => fact !== undefined);
  if (facts.length === 0) return null;
  return (
    <View style={styles.facts}>
      {facts.map((fact) => (
        <Fact key={fact.label} {...fact} />
      ))}
    </View>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  const colors = useColors();
  return (
    <View style={styles.fact}>
      <Text variant="labelMedium" style={{ color: colors.onSurfaceVariant }}>
        {label}
      </Text>
      <Text variant="titleSmall" style={styles.value}>
        {value}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  side: {
    gap: space.m,
    padding: space.l,
    borderWidth: 1,
    borderRadius: radius.l,
  },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  name: { flex: 1 },
  facts: { flexDirection: 'row', flexWrap: 'wrap', columnGap: space.xl, rowGap: space.s },
  fact: { gap: 2 },
  value: { fontVariant: ['tabular-nums'] },
});
