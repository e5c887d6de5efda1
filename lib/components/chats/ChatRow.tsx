/** One chat of the list: opens it, renames it, saves it as a file, deletes it. */
import { useState } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ChatSummary } from '../../db/chats';
import { IconButton } from '../ui/IconButton';
import { radius, space, useColors, written } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';
import { formatDate } from '../words/words';
import { chatTitle } from './chatTitle';
import { ChatTitleField } from './ChatTitleField';

export interface ChatRowProps {
  chat: ChatSummary;
  modelName: string;
  /** Whether its model is on this device: only then it can go on. */
  installed: boolean;
  isOpen: boolean;
  onOpen: () => void;
  onRename: (title: string | undefined) => void;
  onExport: () => void;
  onDelete: () => void;
}

export function ChatRow(props: ChatRowProps) {
  const { chat, isOpen, onRename, onExport, onDelete } = props;
  const colors = useColors();
  const [renaming, setRenaming] = useState(false);
  const title = chatTitle(chat);
  const named = { title, when: formatDate(chat.changedAt) };
  if (renaming) {
    return (
      <View role="listitem" style={styles.field}>
        <ChatTitleField
          title={title}
          onSave={(text) => {
            setRenaming(false);
            if (text !== title) onRename(text === '' ? undefined : text);
          }}
          onCancel={() => setRenaming(false)}
        />
      </View>
    );
  }
  const look = { backgroundColor: isOpen ? colors.primaryContainer : colors.surface };
  return (
    <View role="listitem" style={[styles.row, look, { borderColor: colors.outlineVariant }]}>
      <OpenButton {...props} title={title} />
      <View style={styles.actions}>
        <IconButton
          name={t('Rename {title}, {when}', named)}
          icon="edit"
          onPress={() => setRenaming(true)}
        />
        <IconButton name={t('Export {title}, {when}', named)} icon="download" onPress={onExport} />
        <IconButton name={t('Delete {title}, {when}', named)} icon="remove" onPress={onDelete} />
      </View>
    </View>
  );
}

function OpenButton({ title, ...props }: ChatRowProps & { title: string }) {
  const { chat, isOpen, onOpen } = props;
  const colors = useColors();
  return (
    <Pressable
      role="button"
      onPress={onOpen}
      style={styles.open}
      {...webProps(isOpen ? { 'aria-current': 'true' } : {})}
    >
      <Text variant="bodyLarge" numberOfLines={2} style={written}>
        {title}
      </Text>
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {detailWords(props)}
      </Text>
      {chat.excerpt === undefined ? null : (
        <Text
          variant="bodyMedium"
          numberOfLines={2}
          style={[written, { color: colors.onSurfaceVariant }]}
        >
          {chat.excerpt}
        </Text>
      )}
    </Pressable>
  );
}

function detailWords({ chat, modelName: model, installed, isOpen }: ChatRowProps): string {
  const when = formatDate(chat.changedAt);
  if (!installed) return t('{model}, not installed · {when}', { model, when });
  if (isOpen) return t('{model} · {when} · open now', { model, when });
  return t('{model} · {when}', { model, when });
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: space.s,
    paddingStart: space.m,
    paddingEnd: space.xs,
    borderWidth: 1,
    borderRadius: radius.m,
  },
  open: { flexGrow: 1, flexBasis: 160, flexShrink: 1, gap: 2, paddingVertical: space.s },
  actions: { flexDirection: 'row' },
  field: { paddingVertical: space.s },
});
