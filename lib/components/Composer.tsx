/** The field for the next message: Enter sends, Shift and Enter make a new line. */
import { useState } from 'react';
import { StyleSheet, TextInput, View } from 'react-native';
import type { TextInputKeyPressEvent } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { IconButton } from './IconButton';
import { radius, space, useColors } from './theme';
import { webProps } from './webProps';

interface ComposerProps {
  placeholder: string;
  /** An answer is being written: Stop is where Send was. */
  busy: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}

export function Composer({ placeholder, busy, onSend, onStop }: ComposerProps) {
  const colors = useColors();
  const insets = useSafeAreaInsets();
  const [text, setText] = useState('');
  const message = text.trim();

  function send(): void {
    if (message === '' || busy) return;
    setText('');
    onSend(message);
  }

  function onKeyPress(event: TextInputKeyPressEvent): void {
    if (!isPlainEnter(event.nativeEvent)) return;
    event.preventDefault();
    send();
  }

  return (
    <View style={[styles.place, { paddingBottom: space.l + insets.bottom }]}>
      <View
        style={[styles.field, { backgroundColor: colors.surface, borderColor: colors.outline }]}
        {...webProps({ dataSet: { fieldBox: '' } })}
      >
        <TextInput
          aria-label="Message"
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
          <IconButton name="Stop" icon="stop" filled onPress={onStop} />
        ) : (
          <IconButton name="Send" icon="send" filled disabled={message === ''} onPress={send} />
        )}
      </View>
    </View>
  );
}

/**
 * Not while an input method is still composing a word, whose Enter ends the word alone; nor on a phone,
 * whose keyboard has no Shift to hold for a new line and tells of none.
 */
function isPlainEnter(event: object & { key: string }): boolean {
  const held = !('shiftKey' in event) || event.shiftKey === true;
  const composing = 'isComposing' in event && event.isComposing === true;
  return event.key === 'Enter' && !held && !composing;
}

const styles = StyleSheet.create({
  place: { paddingHorizontal: space.l, paddingTop: space.s },
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
