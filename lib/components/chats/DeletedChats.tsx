/** In the place of chats that were deleted: what brings them back. */
import { useEffect, useRef } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Button } from '../ui/Button';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';

interface DeletedChatsProps {
  count: number;
  /** Of the first one. */
  title: string;
  onUndo: () => void;
}

export function DeletedChats({ count, title, onUndo }: DeletedChatsProps) {
  const colors = useColors();
  const place = useRef<View>(null);
  // The button that was pressed is gone, and the focus would be lost with it.
  useEffect(() => place.current?.focus(), []);
  return (
    <View
      ref={place}
      role="listitem"
      tabIndex={-1}
      style={[styles.row, { borderColor: colors.outlineVariant }]}
    >
      <Text role="status" variant="bodyMedium" style={styles.words}>
        {count === 1
          ? t('“{title}” was deleted.', { title })
          : t('{count, plural, one {# chat was deleted.} other {# chats were deleted.}}', {
              count,
            })}
      </Text>
      <Button
        label={t('Undo')}
        name={
          count === 1
            ? t('Undo: bring “{title}” back', { title })
            : t('Undo: bring the deleted chats back')
        }
        icon="retry"
        onPress={onUndo}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: space.s,
    padding: space.s,
    paddingStart: space.m,
    borderWidth: 1,
    borderStyle: 'dashed',
    borderRadius: radius.m,
  },
  words: { flexGrow: 1, flexBasis: 160, flexShrink: 1 },
});
