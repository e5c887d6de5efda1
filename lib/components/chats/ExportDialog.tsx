/** Chats as files: a browser saves them, a phone passes them to another app. */
import { useEffect, useState } from 'react';
import { Share, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useConversation } from '../../ai/chat/ConversationProvider';
import { useModel } from '../../ai/ModelProvider';
import type { ChatSummary } from '../../db/chats';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { useNotices } from '../notices/Notices';
import { useCopy } from '../notices/useCopy';
import { Button, DownloadLink } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { space } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { chatTitle } from './chatTitle';
import { chatsAsJson, chatsAsMarkdown, exportFileName } from './exportedChat';
import type { ExportedChat } from './exportedChat';

interface ExportDialogProps {
  /** At least one. */
  chats: readonly ChatSummary[];
  nameOf: (modelId: string) => string;
  onClose: () => void;
}

/** Android ends an app that hands more than about a megabyte to another one. */
const MOST_SHARED_CHARACTERS = 200_000;

export function ExportDialog({ chats, nameOf, onClose }: ExportDialogProps) {
  const { exported, failure } = useExported(chats, nameOf);
  const [only] = chats;
  const title =
    chats.length === 1 && only
      ? t('Export “{title}”', { title: chatTitle(only) })
      : t('{count, plural, one {Export # chat} other {Export # chats}}', { count: chats.length });
  return (
    <Overlay title={title} onClose={onClose}>
      <Text variant="bodyMedium">
        {t('Markdown is for reading. JSON has everything that is known, for other programs.')}
      </Text>
      {failure ? <Unreadable failure={failure} /> : null}
      {exported === undefined ? null : <Formats exported={exported} />}
    </Overlay>
  );
}

function Unreadable({ failure }: { failure: ModelFailure }) {
  const { title, detail } = describeFailure(failure);
  return <Notice tone="error" icon="warning" title={title} text={detail} />;
}

function useExported(chats: readonly ChatSummary[], nameOf: (modelId: string) => string) {
  const { readChat } = useConversation();
  const [exported, setExported] = useState<readonly ExportedChat[]>();
  const [failure, setFailure] = useState<ModelFailure>();
  useEffect(() => {
    let isCurrent = true;
    const reading = chats.map(async (chat) => ({
      title: chatTitle(chat),
      modelId: chat.modelId,
      modelName: nameOf(chat.modelId),
      startedAt: chat.chatId,
      changedAt: chat.changedAt,
      entries: await readChat(chat.chatId),
    }));
    Promise.all(reading).then(
      (read) => {
        if (isCurrent) setExported(read);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(toFailure(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [chats, nameOf, readChat]);
  return { exported, failure };
}

function Formats({ exported }: { exported: readonly ExportedChat[] }) {
  const [first] = exported;
  const title = exported.length === 1 && first ? first.title : '';
  const date = Math.max(...exported.map(({ changedAt }) => changedAt));
  const named = (ending: string) => exportFileName(title, { date, ending });
  return (
    <View style={styles.row}>
      <FormatButton
        format="Markdown"
        type="text/markdown"
        fileName={named('md')}
        text={chatsAsMarkdown(exported)}
      />
      <FormatButton
        format="JSON"
        type="application/json"
        fileName={named('json')}
        text={chatsAsJson(exported)}
      />
    </View>
  );
}

interface FormatButtonProps {
  format: string;
  type: string;
  fileName: string;
  text: string;
}

function FormatButton({ format, type, fileName, text }: FormatButtonProps) {
  const { host } = useModel();
  const { tell, tellFailure } = useNotices();
  const copy = useCopy();
  if (host.kind === 'web') {
    const label = t('Save as {format}', { format });
    return <DownloadLink label={label} icon="download" {...{ fileName, text, type }} />;
  }
  const withinLimit = (act: () => void) => () => {
    if (text.length > MOST_SHARED_CHARACTERS) {
      tell(t('That is too much for another app at once. Export the chats one by one.'));
    } else act();
  };
  return (
    <>
      <Button
        label={t('Share as {format}', { format })}
        icon="external"
        onPress={withinLimit(() => {
          Share.share({ title: fileName, message: text }).catch(tellFailure);
        })}
      />
      <Button
        label={t('Copy as {format}', { format })}
        icon="copy"
        onPress={withinLimit(() => copy(text))}
      />
    </>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
