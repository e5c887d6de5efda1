/** The field for a chat's title: Enter saves, Escape leaves it as it was. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Button } from '../ui/Button';
import { TextField } from '../ui/TextField';
import { space } from '../ui/theme';
import { t } from '../words/language';

interface ChatTitleFieldProps {
  title: string;
  /** Called with trimmed text; empty text takes the title away. */
  onSave: (title: string) => void;
  onCancel: () => void;
}

/** Longer than any title that is read. */
const LONGEST_TITLE = 200;

export function ChatTitleField({ title, onSave, onCancel }: ChatTitleFieldProps) {
  const [text, setText] = useState(title);
  const save = () => onSave(text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TITLE));
  return (
    <View style={styles.place}>
      <TextField
        label={t('Title of the chat')}
        hint={t('Without a title, the chat is called by its first question.')}
        kind="line"
        takesFocus
        value={text}
        onChange={setText}
        onSubmit={save}
        onCancel={onCancel}
      />
      <View style={styles.buttons}>
        <Button label={t('Save')} icon="check" tone="filled" onPress={save} />
        <Button label={t('Cancel')} onPress={onCancel} />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  place: { gap: space.s },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
