/** The chat with the selected model: its bar, what was said, and the field for the next message. */
import { useEffect } from 'react';
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import { useConversation } from '../ai/ConversationProvider';
import { useLLM } from '../ai/LLMProvider';
import type { LlmStatus } from '../ai/llmSnapshot';
import { useModel } from '../ai/ModelProvider';
import { Button, LinkButton } from './Button';
import { ChatLog } from './ChatLog';
import { ChatWelcome } from './ChatWelcome';
import { Composer } from './Composer';
import { FirstRun } from './FirstRun';
import { Heading } from './Heading';
import { IconButton } from './IconButton';
import { LoadFailure } from './LoadFailure';
import { PageTitle } from './Screen';
import { COLUMN, space, useColors } from './theme';

const WORDS_ABOVE = 480;

export function Chat() {
  const { snapshot, currentConfig } = useModel();
  const installed = snapshot.states[currentConfig.modelId]?.kind === 'installed';
  return (
    <>
      <PageTitle />
      {installed ? <ReadyChat /> : <FirstRun />}
    </>
  );
}

function ReadyChat() {
  const { currentConfig } = useModel();
  const { status, prepare, stop } = useLLM();
  const { entries, send, retry, clear } = useConversation();
  const busy = entries.some(
    (entry) => entry.role === 'assistant' && entry.outcome.kind === 'streaming',
  );

  const failed = status.kind === 'failed' && status.modelId === currentConfig.modelId;
  useEffect(() => {
    // What failed waits for the person: the way out is beside the reason.
    if (failed) return;
    // A failure is in the status; a cancellation needs none.
    prepare().catch(() => undefined);
  }, [prepare, failed]);

  return (
    <View style={styles.page}>
      <View style={styles.bar}>
        <View style={styles.model}>
          <Heading level={1} text={currentConfig.displayName} small />
          <StatusLine status={status} />
        </View>
        {entries.length === 0 ? null : <NewChat onPress={() => void clear()} />}
        <LinkButton label="Change" name="Change the model" tone="quiet" href="/settings/models" />
      </View>
      {entries.length === 0 ? (
        <ChatWelcome name={currentConfig.displayName} onPick={(text) => void send(text)} />
      ) : (
        <ChatLog
          entries={entries}
          modelName={currentConfig.displayName}
          loading={status.kind === 'loading'}
          onRetry={() => void retry()}
          onNewChat={() => void clear()}
        />
      )}
      {status.kind === 'failed' ? (
        <LoadFailure
          failure={status.failure}
          onRetry={() => void prepare().catch(() => undefined)}
        />
      ) : null}
      <Composer
        placeholder={`Message ${currentConfig.displayName}`}
        busy={busy}
        onSend={(text) => void send(text)}
        onStop={() => void stop()}
      />
    </View>
  );
}

function NewChat({ onPress }: { onPress: () => void }) {
  const roomy = useWindowDimensions().width >= WORDS_ABOVE;
  return roomy ? (
    <Button label="New chat" icon="new" onPress={onPress} />
  ) : (
    <IconButton name="New chat" icon="new" onPress={onPress} />
  );
}

function StatusLine({ status }: { status: LlmStatus }) {
  const colors = useColors();
  return (
    <Text variant="bodySmall" role="status" style={{ color: colors.onSurfaceVariant }}>
      {statusWords(status)}
    </Text>
  );
}

function statusWords(status: LlmStatus): string {
  switch (status.kind) {
    case 'empty':
      return 'On this device';
    case 'loading':
      return 'Loading into memory…';
    case 'ready':
      return 'Ready, on this device';
    case 'generating':
      return 'Answering…';
    case 'measuring':
      return 'Being measured…';
    case 'failed':
      return 'Did not load';
  }
}

const styles = StyleSheet.create({
  page: { flex: 1, width: '100%', maxWidth: COLUMN + 2 * space.l, alignSelf: 'center' },
  bar: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    paddingHorizontal: space.l,
    paddingVertical: space.m,
  },
  model: { flex: 1 },
});
