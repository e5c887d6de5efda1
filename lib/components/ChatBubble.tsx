/** One message. Its text is only ever text. */
import { memo } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { AnswerOutcome, ChatEntry } from '../ai/conversation';
import type { GenerationStats } from '../platform/types';
import { ERROR_TRAITS } from '../errors';
import type { ModelFailure } from '../errors';
import { Button, LinkButton } from './Button';
import { Notice } from './Notice';
import { radius, space, useColors } from './theme';
import { webProps } from './webProps';
import { describeFailure, formatDuration, formatTokenRate } from './words';

interface ChatBubbleProps {
  entry: ChatEntry;
  last: boolean;
  modelName: string;
  loading: boolean;
  onRetry: () => void;
  onNewChat: () => void;
}

export const ChatBubble = memo(function ChatBubble(props: ChatBubbleProps) {
  const { entry, modelName, loading } = props;
  const colors = useColors();
  if (entry.role === 'user') {
    return (
      <View style={[styles.question, { backgroundColor: colors.primaryContainer }]}>
        <Speaker name="You" hidden />
        <Text variant="bodyLarge" selectable style={{ color: colors.onPrimaryContainer }}>
          {entry.text}
        </Text>
      </View>
    );
  }
  const streaming = entry.outcome.kind === 'streaming';
  return (
    // Busy until it is complete, so that screen readers get sentences, not syllables.
    <View aria-busy={streaming} style={styles.answer}>
      <Speaker name={modelName} />
      {entry.text === '' && streaming ? (
        <Text
          variant="bodyLarge"
          style={{ color: colors.onSurfaceVariant }}
          {...webProps({ dataSet: { pulse: '' } })}
        >
          {loading ? 'Loading the model…' : 'Thinking…'}
        </Text>
      ) : (
        <Text variant="bodyLarge" selectable style={styles.text}>
          {entry.text}
        </Text>
      )}
      <Ending {...props} outcome={entry.outcome} />
    </View>
  );
});

function Speaker({ name, hidden = false }: { name: string; hidden?: boolean }) {
  const colors = useColors();
  return (
    <Text variant="labelMedium" style={hidden ? styles.unseen : { color: colors.onSurfaceVariant }}>
      {name}
    </Text>
  );
}

function Ending({ outcome, ...props }: ChatBubbleProps & { outcome: AnswerOutcome }) {
  const colors = useColors();
  switch (outcome.kind) {
    case 'streaming':
      return null;
    case 'done':
      return (
        <Text variant="labelMedium" style={[styles.stats, { color: colors.onSurfaceVariant }]}>
          {statsWords(outcome.stats)}
        </Text>
      );
    case 'stopped':
      return (
        <Text variant="labelMedium" style={{ color: colors.onSurfaceVariant }}>
          Stopped
        </Text>
      );
    case 'failed':
      return <AnswerFailure {...props} failure={outcome.failure} />;
  }
}

function statsWords({
  tokensPerSecond,
  timeToFirstTokenMs,
  finishReason,
}: GenerationStats): string {
  const rate = tokensPerSecond > 0 ? [formatTokenRate(tokensPerSecond)] : [];
  const first = `first word after ${formatDuration(timeToFirstTokenMs / 1000)}`;
  const cut = finishReason === 'length' ? ['cut off at the length limit'] : [];
  return [...rate, first, ...cut].join(' · ');
}

function AnswerFailure(props: ChatBubbleProps & { failure: ModelFailure }) {
  const { failure, last, onRetry, onNewChat } = props;
  const { title, detail, remedyLabel } = describeFailure(failure);
  return (
    <Notice tone="error" icon="warning" title={title} text={detail}>
      {last && remedyLabel !== undefined ? (
        <View style={styles.actions}>
          <Remedy code={failure.code} label={remedyLabel} {...{ onRetry, onNewChat }} />
        </View>
      ) : null}
    </Notice>
  );
}

interface RemedyProps {
  code: ModelFailure['code'];
  label: string;
  onRetry: () => void;
  onNewChat: () => void;
}

function Remedy({ code, label, onRetry, onNewChat }: RemedyProps) {
  switch (ERROR_TRAITS[code].remedy) {
    case 'new-chat':
      return <Button label={label} icon="new" tone="filled" onPress={onNewChat} />;
    case 'retry':
    case 'reload':
      return <Button label="Try again" icon="retry" tone="filled" onPress={onRetry} />;
    default:
      return <LinkButton label="Choose another model" tone="filled" href="/settings/models" />;
  }
}

const styles = StyleSheet.create({
  question: {
    alignSelf: 'flex-end',
    maxWidth: '85%',
    paddingHorizontal: space.l,
    paddingVertical: space.m,
    borderRadius: radius.l,
    borderBottomRightRadius: radius.s,
  },
  answer: { gap: space.s, maxWidth: '100%' },
  text: { lineHeight: 26 },
  stats: { fontVariant: ['tabular-nums'] },
  actions: { flexDirection: 'row', paddingTop: space.s },
  unseen: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
