/** A chat to read whose model isn't on this device: its messages, and the way to the model. */
import { useEffect, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ChatEntry } from '../../ai/chat/conversationEntries';
import { useConversation } from '../../ai/chat/ConversationProvider';
import type { ChatSummary } from '../../db/chats';
import { ChatAnswer } from '../chat/ChatAnswer';
import { ChatQuestion } from '../chat/ChatQuestion';
import { useNotices } from '../notices/Notices';
import { LinkButton } from '../ui/Button';
import { Overlay } from '../ui/Overlay';
import { space } from '../ui/theme';
import { t } from '../words/language';
import { chatTitle } from './chatTitle';

interface ReadChatProps {
  chat: ChatSummary;
  modelName: string;
  onClose: () => void;
}

export function ReadChat({ chat, modelName, onClose }: ReadChatProps) {
  const entries = useEntries(chat.chatId);
  const nothing = () => undefined;
  return (
    <Overlay
      title={chatTitle(chat)}
      onClose={onClose}
      actions={<LinkButton label={t('All models')} href="/settings/models" />}
    >
      <Text variant="bodyMedium">
        {t('{model} isn’t on this device. Once it is, this chat can go on.', { model: modelName })}
      </Text>
      <View style={styles.messages}>
        {entries?.map((entry) =>
          entry.role === 'user' ? (
            <ChatQuestion
              key={entry.id}
              question={entry}
              editing={false}
              editable={false}
              onEdit={nothing}
              onSave={nothing}
            />
          ) : (
            <ChatAnswer
              key={entry.id}
              answer={entry}
              last={false}
              loading={false}
              modelName={modelName}
              onRetry={nothing}
              onNewChat={nothing}
            />
          ),
        )}
      </View>
    </Overlay>
  );
}

function useEntries(chatId: number): readonly ChatEntry[] | undefined {
  const { readChat } = useConversation();
  const { tellFailure } = useNotices();
  const [entries, setEntries] = useState<readonly ChatEntry[]>();
  useEffect(() => {
    readChat(chatId).then(setEntries, tellFailure);
  }, [chatId, readChat, tellFailure]);
  return entries;
}

const styles = StyleSheet.create({ messages: { gap: space.l } });
