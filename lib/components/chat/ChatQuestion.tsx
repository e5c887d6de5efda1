/** The person's question, and the field that replaces it while it is being edited. */
import { memo, useState } from 'react';
import { StyleSheet, TextInput, View } from 'react-native';
import type { TextInputKeyPressEvent } from 'react-native';
import { Text } from 'react-native-paper';
import type { Question } from '../../ai/chat/conversationEntries';
import { Button } from '../ui/Button';
import { beginning } from './beginning';
import { ChatSpeaker } from './ChatSpeaker';
import { MessageAction } from '../markdown/MessageAction';
import { isPlainEnter } from './keys';
import { radius, space, useColors, written } from '../ui/theme';
import { useCopy } from '../notices/useCopy';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';

interface ChatQuestionProps {
  question: Question;
  editing: boolean;
  /** False while an answer is being written. */
  editable: boolean;
  onEdit: (questionId: number | undefined) => void;
  onSave: (questionId: number, text: string) => void;
}

export const ChatQuestion = memo(function ChatQuestion(props: ChatQuestionProps) {
  const { question, editing, editable, onEdit } = props;
  const colors = useColors();
  const copy = useCopy();
  const { id, text } = question;
  if (editing) return <QuestionEditor {...props} />;
  return (
    <View style={styles.place}>
      <ChatSpeaker name={t('You')} hidden />
      <View style={[styles.bubble, { backgroundColor: colors.primaryContainer }]}>
        <Text
          variant="bodyLarge"
          selectable
          style={[written, { color: colors.onPrimaryContainer }]}
        >
          {text}
        </Text>
      </View>
      <View style={styles.actions}>
        <MessageAction
          name={t('Copy your message: {beginning}', { beginning: beginning(text) })}
          icon="copy"
          onPress={() => copy(text)}
        />
        {editable ? (
          <MessageAction
            name={t('Edit your message: {beginning}', { beginning: beginning(text) })}
            icon="edit"
            onPress={() => onEdit(id)}
          />
        ) : null}
      </View>
    </View>
  );
});

function QuestionEditor({ question, onEdit, onSave }: ChatQuestionProps) {
  const colors = useColors();
  const [text, setText] = useState(question.text);
  const message = text.trim();

  function save(): void {
    if (message !== '') onSave(question.id, message);
  }

  function onKeyPress(event: TextInputKeyPressEvent): void {
    if (event.nativeEvent.key === 'Escape') onEdit(undefined);
    if (!isPlainEnter(event.nativeEvent)) return;
    event.preventDefault();
    save();
  }

  return (
    <View style={styles.editor}>
      <View
        style={[styles.field, { backgroundColor: colors.surface, borderColor: colors.outline }]}
        {...webProps({ dataSet: { fieldBox: '' } })}
      >
        <TextInput
          aria-label={t('Edit your message')}
          value={text}
          onChangeText={setText}
          onKeyPress={onKeyPress}
          autoFocus
          multiline
          numberOfLines={1}
          style={[styles.input, { color: colors.onSurface }]}
          {...webProps({ dataSet: { field: '' } })}
        />
      </View>
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {t('Its answer and everything after it are replaced.')}
      </Text>
      <View style={styles.buttons}>
        <Button label={t('Cancel')} onPress={() => onEdit(undefined)} />
        <Button label={t('Save and send')} tone="filled" disabled={message === ''} onPress={save} />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  place: { alignItems: 'flex-end', gap: space.xs },
  bubble: {
    maxWidth: '85%',
    paddingHorizontal: space.l,
    paddingVertical: space.m,
    borderRadius: radius.l,
    borderBottomEndRadius: radius.s,
  },
  actions: { flexDirection: 'row' },
  editor: { gap: space.s, alignItems: 'flex-end' },
  field: { width: '100%', borderWidth: 1, borderRadius: radius.l, padding: space.xs },
  input: {
    minHeight: 40,
    maxHeight: 240,
    paddingHorizontal: space.m,
    paddingVertical: 9,
    fontSize: 16,
    lineHeight: 22,
    borderRadius: radius.m,
  },
  buttons: { flexDirection: 'row', gap: space.s },
});
