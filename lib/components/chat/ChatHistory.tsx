/** The selected model's chats: opens one, deletes one, deletes all. */
import { useEffect, useState } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useConversation } from '../../ai/chat/ConversationProvider';
import type { ChatSummary } from '../../db/chats';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { Button } from '../ui/Button';
import { beginning } from './ChatSpeaker';
import { IconButton } from '../ui/IconButton';
import { Notice } from '../ui/Notice';
import { useNotices } from '../notices/Notices';
import { Overlay } from '../ui/Overlay';
import { radius, space, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatDate } from '../words/words';

interface ChatHistoryProps {
  modelName: string;
  onClose: () => void;
}

/** A longer list would be slow to show, and is rarely read. */
const SHOWN_AT_ONCE = 40;

export function ChatHistory({ modelName, onClose }: ChatHistoryProps) {
  const { openChat, deleteChat, deleteAllChats } = useConversation();
  const { chats, failure, run } = useChats();
  const [asking, setAsking] = useState<number | 'all'>();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);

  function confirm(work: () => Promise<void>, told: string): void {
    setAsking(undefined);
    run(work, told);
  }

  return (
    <Overlay
      title={t('Chats with {name}', { name: modelName })}
      onClose={onClose}
      actions={
        <DeleteAll
          count={chats?.length ?? 0}
          asking={asking === 'all'}
          onAsk={(ask) => setAsking(ask ? 'all' : undefined)}
          onDelete={() => confirm(deleteAllChats, t('All chats were deleted'))}
        />
      }
    >
      {failure ? <Unreadable failure={failure} /> : null}
      {chats?.length === 0 ? (
        <Text variant="bodyMedium">
          {t('What you ask and what it answers is kept here, on this device.')}
        </Text>
      ) : null}
      <View role="list">
        {chats?.slice(0, shown).map((chat) => (
          <ChatRow
            key={chat.chatId}
            chat={chat}
            asking={asking === chat.chatId}
            onAsk={(ask) => setAsking(ask ? chat.chatId : undefined)}
            onDelete={() => confirm(() => deleteChat(chat.chatId), t('The chat was deleted'))}
            onOpen={() => run(() => openChat(chat.chatId).then(onClose))}
          />
        ))}
      </View>
      {chats && chats.length > shown ? (
        <Button label={t('Show older chats')} onPress={() => setShown(shown + SHOWN_AT_ONCE)} />
      ) : null}
    </Overlay>
  );
}

/** The list, read again after each change. */
function useChats() {
  const { listChats } = useConversation();
  const { tell, tellFailure } = useNotices();
  const [chats, setChats] = useState<ChatSummary[]>();
  const [failure, setFailure] = useState<ModelFailure>();
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    let current = true;
    listChats().then(
      (list) => {
        if (current) setChats(list);
      },
      (error: unknown) => {
        if (current) setFailure(toFailure(error));
      },
    );
    return () => {
      current = false;
    };
  }, [listChats, changes]);

  function run(work: () => Promise<void>, told?: string): void {
    work().then(() => {
      if (told !== undefined) tell(told);
      setChanges((count) => count + 1);
    }, tellFailure);
  }
  return { chats, failure, run };
}

interface Confirmation {
  asking: boolean;
  onAsk: (ask: boolean) => void;
  onDelete: () => void;
}

function ChatRow({
  chat,
  onOpen,
  ...confirmation
}: Confirmation & { chat: ChatSummary; onOpen: () => void }) {
  const colors = useColors();
  const isOpen = useConversation().chatId === chat.chatId;
  const title = beginning(chat.opening) || t('A chat without a question');
  const when = formatDate(chat.changedAt);
  if (confirmation.asking)
    return <AskRow {...confirmation} question={t('Delete “{title}”?', { title })} />;
  return (
    <View
      role="listitem"
      style={[styles.row, isOpen && { backgroundColor: colors.primaryContainer }]}
    >
      <Pressable
        role="button"
        onPress={onOpen}
        style={styles.chat}
        {...webProps(isOpen ? { 'aria-current': 'true' } : {})}
      >
        <Text variant="bodyLarge" numberOfLines={1}>
          {title}
        </Text>
        <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
          {isOpen ? t('{when} · open now', { when }) : when}
        </Text>
      </Pressable>
      <IconButton
        name={t('Delete {title}, {when}', { title, when })}
        icon="remove"
        onPress={() => confirmation.onAsk(true)}
      />
    </View>
  );
}

function AskRow({
  question,
  onAsk,
  onDelete,
}: Omit<Confirmation, 'asking'> & { question: string }) {
  return (
    <View role="listitem" style={styles.ask}>
      <Text variant="bodyLarge" role="alert">
        {question}
      </Text>
      <View style={styles.answers}>
        <Button label={t('Keep')} onPress={() => onAsk(false)} />
        <Button label={t('Delete')} icon="remove" tone="danger" onPress={onDelete} />
      </View>
    </View>
  );
}

function DeleteAll({ count, asking, onAsk, onDelete }: Confirmation & { count: number }) {
  if (count === 0) return null;
  if (!asking) return <Button label={t('Delete all')} icon="remove" onPress={() => onAsk(true)} />;
  return (
    <>
      <Button label={t('Keep them')} onPress={() => onAsk(false)} />
      <Button
        label={t('{count, plural, one {Delete this chat} other {Delete all # chats}}', { count })}
        icon="remove"
        tone="danger"
        onPress={onDelete}
      />
    </>
  );
}

function Unreadable({ failure }: { failure: ModelFailure }) {
  const { title, detail } = describeFailure(failure);
  return <Notice tone="error" icon="warning" title={title} text={detail} />;
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    marginHorizontal: -space.m,
    paddingStart: space.m,
    borderRadius: radius.m,
  },
  chat: { flex: 1, paddingVertical: space.s, borderRadius: radius.s },
  ask: { gap: space.s, paddingVertical: space.m },
  answers: { flexDirection: 'row', gap: space.s },
});
