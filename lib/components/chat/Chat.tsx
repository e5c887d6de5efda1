/** The chat with the selected model: its bar, the messages, and the field for the next message. */
import { useIsFocused } from 'expo-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { StyleSheet, View } from 'react-native';
import type { TextInput } from 'react-native';
import type { ChatEntry } from '../../ai/chat/conversationEntries';
import { useConversation } from '../../ai/chat/ConversationProvider';
import { useLLM } from '../../ai/LLMProvider';
import { useIsInstalled, useModel } from '../../ai/ModelProvider';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { ChatBar } from './ChatBar';
import { ChatFooter } from './ChatFooter';
import { ChatLog } from './ChatLog';
import { ChatWelcome } from './ChatWelcome';
import { Composer } from './Composer';
import { FirstRun } from './FirstRun';
import { LoadFailure } from './LoadFailure';
import { useNotices } from '../notices/Notices';
import { PageTitle } from '../ui/Screen';
import { COLUMN, space } from '../ui/theme';
import { useBottomInset } from '../notices/useBottomInset';
import { webProps } from '../ui/webProps';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';

export function Chat() {
  const installed = useIsInstalled(useModel().currentConfig.modelId);
  return (
    <>
      <PageTitle />
      {installed ? <ReadyChat /> : <FirstRun />}
    </>
  );
}

function ReadyChat() {
  const { currentConfig } = useModel();
  const { status, stop } = useLLM();
  const { entries, startNew } = useConversation();
  const field = useRef<TextInput>(null);
  useTellWhenNotKept();
  const busy = isAnswering(entries);

  const newChat = useCallback(() => {
    void startNew();
    field.current?.focus();
  }, [startNew]);

  return (
    <>
      <View
        style={styles.page}
        {...webProps({
          onKeyDown: ({ key }) => {
            if (key === 'Escape' && busy) void stop();
          },
        })}
      >
        <ChatBar
          model={currentConfig}
          status={status}
          onNewChat={entries.length === 0 ? undefined : newChat}
        />
        <ChatBody field={field} busy={busy} onNewChat={newChat} />
      </View>
    </>
  );
}

function isAnswering(entries: readonly ChatEntry[]): boolean {
  const last = entries.at(-1);
  return last?.role === 'assistant' && last.outcome.kind === 'streaming';
}

interface ChatBodyProps {
  field: RefObject<TextInput | null>;
  busy: boolean;
  onNewChat: () => void;
}

function ChatBody({ field, busy, onNewChat }: ChatBodyProps) {
  const { currentConfig, runtimeOf } = useModel();
  const { status, stop } = useLLM();
  const { chatId, entries, send, retry } = useConversation();
  const { editingId, setEditingId, save } = useEditing(field);
  const load = useLoading();
  const bottomInset = useBottomInset();
  const onRetry = useCallback(() => void retry(), [retry]);
  const name = currentConfig.displayName;
  const onSend = (text: string) => void send(text);

  return (
    <>
      {entries.length > 0 ? (
        <ChatLog
          key={chatId}
          entries={entries}
          modelName={name}
          loading={status.kind === 'loading'}
          busy={busy}
          editingId={editingId}
          onEdit={setEditingId}
          onSave={save}
          onRetry={onRetry}
          onNewChat={onNewChat}
        />
      ) : (
        <View style={styles.empty}>
          {chatId === undefined ? null : <ChatWelcome name={name} onPick={onSend} />}
        </View>
      )}
      {status.kind === 'failed' ? (
        <LoadFailure modelId={status.modelId} failure={status.failure} onRetry={load} />
      ) : null}
      <View style={[styles.foot, { paddingBottom: space.s + bottomInset }]}>
        <Composer
          field={field}
          placeholder={t('Message {name}', { name })}
          busy={busy}
          onSend={onSend}
          onStop={() => void stop()}
          onEditLast={() => setEditingId(entries.findLast(({ role }) => role === 'user')?.id)}
        />
        <ChatFooter
          entries={entries}
          contextTokens={useContextTokens()}
          isBrowsers={!TRAITS[runtimeOf(currentConfig)].hasFiles}
        />
      </View>
    </>
  );
}

/** The question that is being edited; afterwards the focus returns to the field. */
function useEditing(field: RefObject<TextInput | null>) {
  const { edit } = useConversation();
  const [editingId, setId] = useState<number>();
  const setEditingId = useCallback(
    (questionId: number | undefined) => {
      setId(questionId);
      if (questionId === undefined) field.current?.focus();
    },
    [field],
  );
  const save = useCallback(
    (questionId: number, text: string) => {
      setEditingId(undefined);
      void edit(questionId, text);
    },
    [edit, setEditingId],
  );
  return { editingId, setEditingId, save };
}

/** Loads the selected model ahead of the first message; returns a function that loads it again. */
function useLoading(): () => void {
  const { currentConfig } = useModel();
  const { status, prepare } = useLLM();
  const failed = status.kind === 'failed' && status.modelId === currentConfig.modelId;
  // On a phone the chat stays mounted below the screens that were opened from it.
  const seen = useIsFocused();
  const load = useCallback(() => {
    // A failure is in the status; a cancellation isn't reported.
    prepare().catch(() => undefined);
  }, [prepare]);
  useEffect(() => {
    // A failed load isn't repeated until a person asks: the remedies are shown beside the reason.
    if (seen && !failed) load();
  }, [load, failed, seen]);
  return load;
}

/** The longest conversation in tokens: of the loaded model, or as it would be loaded. */
function useContextTokens(): number {
  const { currentConfig } = useModel();
  const { loaded, settingsOf } = useLLM();
  const warm = loaded.find(({ modelId }) => modelId === currentConfig.modelId);
  return warm?.facts.contextTokens ?? settingsOf(currentConfig).contextTokens;
}

/** Reports that chats can't be saved; the chat continues without saving. */
function useTellWhenNotKept(): void {
  const { failure, noteFailure } = useConversation();
  const { tell } = useNotices();
  useEffect(() => {
    if (failure === undefined) return;
    const { detail } = describeFailure(failure);
    tell(t('Chats are not being kept on this device. {detail}', { detail }));
    noteFailure();
  }, [failure, noteFailure, tell]);
}

const styles = StyleSheet.create({
  page: { flex: 1, width: '100%', maxWidth: COLUMN + 2 * space.l, alignSelf: 'center' },
  empty: { flex: 1 },
  foot: { paddingHorizontal: space.l, paddingTop: space.s, gap: space.xs },
});
