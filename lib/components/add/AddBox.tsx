/** The field for everything that a person may have: words, a name, an address. */
import { StyleSheet, TextInput, View } from 'react-native';
import { Text } from 'react-native-paper';
import { IconButton } from '../ui/IconButton';
import { radius, space, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';

interface AddBoxProps {
  text: string;
  onChange: (text: string) => void;
  /** Enter. */
  onSubmit: () => void;
}

export function AddBox({ text, onChange, onSubmit }: AddBoxProps) {
  const colors = useColors();
  const label = t('Words, a name or an address');
  return (
    <View style={styles.all}>
      <Text variant="titleSmall">{label}</Text>
      <View
        style={[styles.field, { backgroundColor: colors.surface, borderColor: colors.outline }]}
        {...webProps({ dataSet: { fieldBox: '' } })}
      >
        <TextInput
          aria-label={label}
          placeholder="qwen 0.6b"
          placeholderTextColor={colors.onSurfaceVariant}
          value={text}
          onChangeText={onChange}
          onSubmitEditing={onSubmit}
          // The keyboard of a phone stays with the results, and Enter leaves the focus in the field.
          submitBehavior="submit"
          returnKeyType="search"
          autoFocus
          autoCapitalize="none"
          autoCorrect={false}
          spellCheck={false}
          maxLength={2000}
          style={[styles.input, { color: colors.onSurface }]}
          {...webProps({ dataSet: { field: '' } })}
        />
        {text === '' ? null : (
          <IconButton name={t('Clear')} icon="close" onPress={() => onChange('')} />
        )}
        <IconButton name={t('Search')} icon="search" filled onPress={onSubmit} />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  all: { gap: space.s },
  field: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.xs,
    padding: space.xs + 2,
    borderRadius: radius.l + space.s,
    borderWidth: 1,
  },
  input: {
    flex: 1,
    minWidth: 0,
    minHeight: 40,
    paddingHorizontal: space.m,
    fontSize: 16,
    borderRadius: radius.l,
  },
});
