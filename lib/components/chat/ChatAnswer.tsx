/** An answer: the model's thoughts, its text, and how the answer ended. */
import { memo } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { Answer, AnswerOutcome } from '../../ai/chat/conversationEntries';
import { useLiveAnswer } from '../../ai/chat/ConversationProvider';
import type { ModelFailure } from '../../errors';
import { ERROR_TRAITS } from '../../errors';
import type { GenerationStats } from '../../platform/types';
import { Button, LinkButton } from '../ui/Button';
import { beginning } from './beginning';
import { ChatSpeaker } from './ChatSpeaker';
import { ChatThought } from './ChatThought';
import { AnswerText } from '../markdown/AnswerText';
import { MessageAction } from '../markdown/MessageAction';
import { Notice } from '../ui/Notice';
import { TemplateRemedy } from './TemplateRemedy';
import { space, useColors } from '../ui/theme';
import { useCopy } from '../notices/useCopy';
import { webProps } from '../ui/webProps';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatMilliseconds, formatTokenRate } from '../words/words';

export interface ChatAnswerProps {
  answer: Answer;
  /** Whether it is the last answer: only that one can be asked for again. */
  last: boolean;
  modelName: string;
  /** Whether the model is still being loaded. */
  loading: boolean;
  onRetry: () => void;
  onNewChat: () => void;
}

/** Rendered again while its own text arrives, but not for the text of other answers. */
export const ChatAnswer = memo(function ChatAnswer(props: ChatAnswerProps) {
  const { answer, modelName } = props;
  const growing = answer.outcome.kind === 'streaming';
  return (
    // Busy until the answer is complete, so that screen readers read sentences, not syllables.
    <View aria-busy={growing} style={styles.answer}>
      <ChatSpeaker name={modelName} />
      <Words answer={answer} growing={growing} loading={props.loading} />
      <Ending {...props} />
    </View>
  );
});

interface WordsProps {
  answer: Answer;
  growing: boolean;
  loading: boolean;
}

function Words({ answer, growing, loading }: WordsProps) {
  const { thought, thoughtMs, text } = useLiveAnswer(answer.id) ?? answer;
  if (thought === '' && text === '' && growing) return <Waiting loading={loading} />;
  return (
    <>
      {thought === '' ? null : <ChatThought {...{ thought, thoughtMs, growing }} />}
      {text === '' ? null : <AnswerText text={text} growing={growing} />}
    </>
  );
}

function Waiting({ loading }: { loading: boolean }) {
  const colors = useColors();
  return (
    <Text
      variant="bodyLarge"
      style={{ color: colors.onSurfaceVariant }}
      {...webProps({ dataSet: { pulse: '' } })}
    >
      {loading ? t('Loading the model…') : t('Reading…')}
    </Text>
  );
}

function Ending(props: ChatAnswerProps) {
  const { answer, last, onRetry } = props;
  const { outcome, text } = answer;
  const copy = useCopy();
  if (outcome.kind === 'streaming') return null;
  if (outcome.kind === 'failed') return <AnswerFailure {...props} failure={outcome.failure} />;
  return (
    <View style={styles.ending}>
      {text === '' ? null : (
        <MessageAction
          name={t('Copy the answer: {beginning}', { beginning: beginning(text) })}
          icon="copy"
          onPress={() => copy(text)}
        />
      )}
      {last ? <MessageAction name={t('Answer again')} icon="retry" onPress={onRetry} /> : null}
      <EndingWords outcome={outcome} text={text} />
    </View>
  );
}

function EndingWords({ outcome, text }: { outcome: AnswerOutcome; text: string }) {
  const colors = useColors();
  return (
    <Text variant="labelMedium" style={[styles.stats, { color: colors.onSurfaceVariant }]}>
      {outcome.kind === 'done' ? statsWords(outcome.stats) : endedWords(outcome, text)}
    </Text>
  );
}

/** A question without an answer isn't sent to the model again: see `toldMessages`. */
function endedWords({ kind }: AnswerOutcome, text: string): string {
  const isEmpty = text.trim() === '';
  if (kind === 'cut-off') {
    return isEmpty
      ? t('The app ended before an answer · left out of what follows')
      : t('Cut off: the app ended. If it crashed, a smaller model needs less memory.');
  }
  return isEmpty ? t('Stopped before an answer · left out of what follows') : t('Stopped');
}

function statsWords({
  tokensPerSecond,
  timeToFirstTokenMs,
  finishReason,
}: GenerationStats): string {
  const rate = tokensPerSecond > 0 ? [formatTokenRate(tokensPerSecond)] : [];
  const first = t('first word after {time}', { time: formatMilliseconds(timeToFirstTokenMs) });
  const cut = finishReason === 'length' ? [t('cut off at the length limit')] : [];
  return [...rate, first, ...cut].join(' · ');
}

function AnswerFailure(props: ChatAnswerProps & { failure: ModelFailure }) {
  const { failure, last, onRetry, onNewChat } = props;
  const { title, detail, remedyLabel } = describeFailure(failure);
  return (
    <Notice tone="error" icon="warning" title={title} text={detail}>
      {last && remedyLabel !== undefined ? (
        <View style={styles.remedy}>
          <Remedy failure={failure} label={remedyLabel} {...{ onRetry, onNewChat }} />
        </View>
      ) : null}
    </Notice>
  );
}

interface RemedyProps {
  failure: ModelFailure;
  label: string;
  onRetry: () => void;
  onNewChat: () => void;
}

function Remedy({ failure, label, onRetry, onNewChat }: RemedyProps) {
  if (failure.code === 'TEMPLATE_INVALID') {
    return <TemplateRemedy suggested={failure.details.suggested} onRetry={onRetry} />;
  }
  switch (ERROR_TRAITS[failure.code].remedy) {
    case 'new-chat':
      return <Button label={label} icon="new" tone="filled" onPress={onNewChat} />;
    case 'retry':
    case 'reload':
      return <Button label={t('Try again')} icon="retry" tone="filled" onPress={onRetry} />;
    default:
      return <LinkButton label={t('Choose another model')} tone="filled" href="/settings/models" />;
  }
}

const styles = StyleSheet.create({
  answer: { gap: space.s, maxWidth: '100%' },
  ending: { flexDirection: 'row', alignItems: 'center', flexWrap: 'wrap', marginStart: -space.s },
  stats: { fontVariant: ['tabular-nums'], paddingStart: space.s },
  remedy: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s, paddingTop: space.s },
});
