/** The field for the next message: Enter sends, Shift and Enter make a new line, ArrowUp edits the last message. */
import { useState } from 'react';
import type { RefObject } from 'react';
import { StyleSheet, TextInput, View } from 'react-native';
import type { TextInputKeyPressEvent } from 'react-native';
import { IconButton } from '../ui/IconButton';
import { isPlainEnter } from './keys';
import { radius, space, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';

interface ComposerProps {
  /** The field itself, for components that return the focus to it. */
  field: RefObject<TextInput | null>;
  placeholder: string;
  /** Whether an answer is being written: Stop then replaces Send. */
  busy: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
  /** Called for ArrowUp in an empty field. */
  onEditLast: () => void;
}

export function Composer(props: ComposerProps) {
  const { field, placeholder, busy, onSend, onStop, onEditLast } = props;
  const colors = useColors();
  const [text, setText] = useState('');
  const message = text.trim();

  function send(): void {
    if (message === '' || busy) return;
    setText('');
    onSend(message);
    field.current?.focus();
  }

  function stop(): void {
    onStop();
    field.current?.focus();
  }

  function onKeyPress(event: TextInputKeyPressEvent): void {
    const { nativeEvent } = event;
    // The page around gets no events for keys that are pressed in a field.
    if (nativeEvent.key === 'Escape' && busy) onStop();
    if (nativeEvent.key === 'ArrowUp' && text === '' && !busy) {
      event.preventDefault();
      onEditLast();
    }
    if (!isPlainEnter(nativeEvent)) return;
    event.preventDefault();
    send();
  }

  return (
    <View
      style={[styles.field, { backgroundColor: colors.surface, borderColor: colors.outline }]}
      {...webProps({ dataSet: { fieldBox: '' } })}
    >
      <TextInput
        ref={field}
        aria-label={t('Message')}
        placeholder={placeholder}
        placeholderTextColor={colors.onSurfaceVariant}
        value={text}
        onChangeText={setText}
        onKeyPress={onKeyPress}
        multiline
        numberOfLines={1}
        style={[styles.input, { color: colors.onSurface }]}
        {...webProps({ dataSet: { field: '' } })}
      />
      {busy ? (
        <IconButton name={t('Stop')} icon="stop" filled onPress={stop} />
      ) : (
        <IconButton name={t('Send')} icon="send" filled disabled={message === ''} onPress={send} />
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  field: {
    flexDirection: 'row',
    alignItems: 'flex-end',
    gap: space.s,
    padding: space.xs + 2,
    borderRadius: radius.l + space.s,
    borderWidth: 1,
  },
  input: {
    flex: 1,
    minHeight: 40,
    maxHeight: 160,
    paddingHorizontal: space.m,
    paddingVertical: 9,
    fontSize: 16,
    lineHeight: 22,
    borderRadius: radius.l,
  },
});
