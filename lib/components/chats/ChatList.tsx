/** The chats as a list; those that were deleted just now keep their place, with a way back. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { useConversation } from '../../ai/chat/ConversationProvider';
import { useManagerSnapshot } from '../../ai/ModelProvider';
import type { ChatSummary } from '../../db/chats';
import { Button } from '../ui/Button';
import { space } from '../ui/theme';
import { t } from '../words/language';
import { ChatRow } from './ChatRow';
import { chatTitle } from './chatTitle';
import { DeletedChats } from './DeletedChats';
import type { ListedChats } from './useChats';

interface ChatListProps {
  listed: ListedChats;
  nameOf: (modelId: string) => string;
  onOpen: (chat: ChatSummary) => void;
  onExport: (chat: ChatSummary) => void;
}

/** A longer list would be slow to show, and is rarely read. */
const SHOWN_AT_ONCE = 40;

export function ChatList({ listed, nameOf, onOpen, onExport }: ChatListProps) {
  const { chats = [], deletions, rename, remove } = listed;
  const { chatId: openId } = useConversation();
  const states = useManagerSnapshot((snapshot) => snapshot.states);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  return (
    <>
      <View role="list" style={styles.list}>
        {chats.slice(0, shown).map((chat) => {
          const { chatId, modelId } = chat;
          const deletion = deletions.find(({ chatIds }) => chatIds.includes(chatId));
          if (deletion === undefined) {
            return (
              <ChatRow
                key={chatId}
                chat={chat}
                modelName={nameOf(modelId)}
                installed={states[modelId]?.kind === 'installed'}
                isOpen={chatId === openId}
                onOpen={() => onOpen(chat)}
                onRename={(title) => rename(chatId, title)}
                onExport={() => onExport(chat)}
                onDelete={() => remove([chatId])}
              />
            );
          }
          if (deletion.chatIds[0] !== chatId) return null;
          return (
            <DeletedChats
              key={chatId}
              count={deletion.chatIds.length}
              title={chatTitle(chat)}
              onUndo={deletion.undo}
            />
          );
        })}
      </View>
      {chats.length > shown ? (
        <Button label={t('Show older chats')} onPress={() => setShown(shown + SHOWN_AT_ONCE)} />
      ) : null}
    </>
  );
}

const styles = StyleSheet.create({ list: { gap: space.s } });
