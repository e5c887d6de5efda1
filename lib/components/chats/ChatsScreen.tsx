/** All chats with all models: search, open, rename, export, delete. */
import { useCallback, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useConversation } from '../../ai/chat/ConversationProvider';
import { findModel } from '../../ai/modelConfig';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import type { ChatSummary } from '../../db/chats';
import { useNotices } from '../notices/Notices';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { useNavigation } from '../ui/navigation';
import { Notice } from '../ui/Notice';
import { Screen } from '../ui/Screen';
import { TextField } from '../ui/TextField';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { ChatList } from './ChatList';
import { ExportDialog } from './ExportDialog';
import { ReadChat } from './ReadChat';
import { useChats } from './useChats';
import type { ListedChats } from './useChats';

export function ChatsScreen() {
  const colors = useColors();
  const [search, setSearch] = useState('');
  const [exporting, setExporting] = useState<readonly ChatSummary[]>();
  const [reading, setReading] = useState<ChatSummary>();
  const listed = useChats(search);
  const nameOf = useModelNames();
  const left = leftOf(listed);
  const failure = listed.failure && describeFailure(listed.failure);
  return (
    <Screen title={t('Chats')}>
      <View style={styles.head}>
        <Heading level={1} text={t('Chats')} />
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {t('What you ask and what the models answer is kept here, on this device.')}
        </Text>
      </View>
      <TextField
        label={t('Search')}
        hint={t('Finds chats that have all of the words in their title or their messages.')}
        kind="search"
        value={search}
        onChange={setSearch}
      />
      {failure ? (
        <Notice tone="error" icon="warning" title={failure.title} text={failure.detail} />
      ) : null}
      <Actions search={search} chats={left} onExport={setExporting} onDelete={listed.remove} />
      <ChatList
        listed={listed}
        nameOf={nameOf}
        onOpen={useOpening(setReading)}
        onExport={(chat) => setExporting([chat])}
      />
      {exporting ? (
        <ExportDialog chats={exporting} nameOf={nameOf} onClose={() => setExporting(undefined)} />
      ) : null}
      {reading ? (
        <ReadChat
          chat={reading}
          modelName={nameOf(reading.modelId)}
          onClose={() => setReading(undefined)}
        />
      ) : null}
    </Screen>
  );
}

function leftOf({ chats, deletions }: ListedChats): readonly ChatSummary[] {
  const deleted = new Set(deletions.flatMap(({ chatIds }) => chatIds));
  return (chats ?? []).filter(({ chatId }) => !deleted.has(chatId));
}

/** The id stands for a model that isn't offered any more. */
function useModelNames(): (modelId: string) => string {
  const { models } = useModel();
  return useCallback(
    (modelId: string) => findModel(models, modelId)?.displayName ?? modelId,
    [models],
  );
}

/** Opens a chat where its model is on this device, and shows it otherwise. */
function useOpening(onRead: (chat: ChatSummary) => void): (chat: ChatSummary) => void {
  const { openChat } = useConversation();
  const { models, currentConfig, reloadModel } = useModel();
  const states = useManagerSnapshot((snapshot) => snapshot.states);
  const { tellFailure } = useNotices();
  const navigation = useNavigation();
  return (chat) => {
    const config = findModel(models, chat.modelId);
    if (config === undefined || states[chat.modelId]?.kind !== 'installed') {
      onRead(chat);
      return;
    }
    openChat(chat).then(() => {
      if (config.modelId !== currentConfig.modelId) reloadModel(config).catch(tellFailure);
      navigation?.open('/');
    }, tellFailure);
  };
}

interface ActionsProps {
  search: string;
  /** Those that are listed. */
  chats: readonly ChatSummary[];
  onExport: (chats: readonly ChatSummary[]) => void;
  onDelete: (chatIds: readonly number[]) => void;
}

function Actions({ search, chats, onExport, onDelete }: ActionsProps) {
  const [asking, setAsking] = useState(false);
  const count = chats.length;
  const all = search.trim() === '';
  return (
    <View style={styles.actions}>
      <Text role="status" variant="bodyMedium" style={styles.count}>
        {all
          ? t('{count, plural, =0 {No chats yet} one {# chat} other {# chats}}', { count })
          : t('{count, plural, =0 {Nothing found} one {# chat found} other {# chats found}}', {
              count,
            })}
      </Text>
      {count === 0 ? null : asking ? (
        <>
          <Button label={t('Keep them')} onPress={() => setAsking(false)} />
          <Button
            label={t('{count, plural, one {Delete # chat} other {Delete # chats}}', { count })}
            icon="remove"
            tone="danger"
            onPress={() => {
              setAsking(false);
              onDelete(chats.map(({ chatId }) => chatId));
            }}
          />
        </>
      ) : (
        <>
          <Button label={t('Export all')} icon="download" onPress={() => onExport(chats)} />
          <Button label={t('Delete all')} icon="remove" onPress={() => setAsking(true)} />
        </>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  head: { gap: space.s },
  actions: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
  count: { flexGrow: 1 },
});
