/** A field with its label above, and below it a hint and the problem with the entered text. */
import { useId } from 'react';
import type { ReactNode } from 'react';
import { StyleSheet, TextInput, View } from 'react-native';
import { Text } from 'react-native-paper';
import { radius, space, useColors } from './theme';
import { webProps } from './webProps';

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The allowed values. */
  hint: string;
  /** Undefined while the entered text is allowed. */
  problem?: string | undefined;
  /**
   * `whole` and `decimal` show a keyboard for numbers; `lines` takes several lines of text; `secret` is a text that
   * nobody else should see, and that the system doesn't correct or remember.
   */
  kind: 'whole' | 'decimal' | 'line' | 'lines' | 'search' | 'secret';
  /** Whether it takes the focus as it appears, because a press has put it in the place of what was pressed. */
  takesFocus?: boolean;
  /** Called for Enter. */
  onSubmit?: () => void;
  /** Called for Escape. */
  onCancel?: () => void;
  /** Further content below the hint. */
  children?: ReactNode;
}

const INPUT_MODES = {
  whole: 'numeric',
  decimal: 'decimal',
  line: 'text',
  lines: 'text',
  search: 'search',
  secret: 'text',
} as const;

const SECRET = {
  secureTextEntry: true,
  autoCapitalize: 'none',
  autoCorrect: false,
  autoComplete: 'off',
  spellCheck: false,
} as const;

export function TextField(props: TextFieldProps) {
  const { label, value, onChange, hint, problem, kind, takesFocus, onSubmit, onCancel } = props;
  const colors = useColors();
  const hintId = useId();
  const invalid = problem !== undefined;
  return (
    <View style={styles.field}>
      <Text variant="titleSmall">{label}</Text>
      <TextInput
        aria-label={label}
        value={value}
        onChangeText={onChange}
        {...(onSubmit && { onSubmitEditing: onSubmit })}
        {...(onCancel && {
          onKeyPress: ({ nativeEvent }) => {
            if (nativeEvent.key === 'Escape') onCancel();
          },
        })}
        autoFocus={takesFocus === true}
        multiline={kind === 'lines'}
        inputMode={INPUT_MODES[kind]}
        {...(kind === 'secret' && SECRET)}
        style={[
          styles.input,
          kind === 'lines' && styles.lines,
          (kind === 'whole' || kind === 'decimal') && styles.number,
          { color: colors.onSurface, backgroundColor: colors.background },
          { borderColor: invalid ? colors.error : colors.outline },
        ]}
        {...webProps({ 'aria-describedby': hintId, 'aria-invalid': invalid })}
      />
      <Text
        nativeID={hintId}
        aria-live="polite"
        variant="bodySmall"
        style={{ color: invalid ? colors.error : colors.onSurfaceVariant }}
      >
        {problem ?? hint}
      </Text>
      {props.children}
    </View>
  );
}

const styles = StyleSheet.create({
  field: { gap: space.xs },
  input: {
    paddingHorizontal: space.m,
    paddingVertical: space.s,
    borderWidth: 1,
    borderRadius: radius.m,
    fontSize: 16,
    lineHeight: 22,
  },
  number: { maxWidth: 160, fontVariant: ['tabular-nums'] },
  lines: { minHeight: 92, textAlignVertical: 'top' },
});
