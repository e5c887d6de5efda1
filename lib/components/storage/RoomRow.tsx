/** One thing of a plan, which a person chooses or leaves out. */
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { RoomChoice } from '../../ai/storage/planRoom';
import { Icon } from '../ui/icons';
import { radius, space, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';
import { reasonWords } from '../words/storageWords';
import { formatBytes } from '../words/words';

interface RoomRowProps {
  choice: RoomChoice;
  isChosen: boolean;
  onToggle: () => void;
}

export function RoomRow({ choice, isChosen, onToggle }: RoomRowProps) {
  const colors = useColors();
  const { name, freedBytes } = choice.item;
  const size = formatBytes(freedBytes);
  const reason = reasonWords(choice);
  return (
    <Pressable
      role="checkbox"
      aria-checked={isChosen}
      aria-label={t('{name}, {size}. {reason}.', { name, size, reason })}
      onPress={onToggle}
      {...webProps({
        onKeyDown(event) {
          // Enter presses it anyway; a browser would scroll the page by Space.
          if (event.key !== ' ') return;
          event.preventDefault();
          onToggle();
        },
      })}
      style={[styles.row, { borderColor: isChosen ? colors.primary : colors.outlineVariant }]}
    >
      <View
        style={[
          styles.box,
          { borderColor: isChosen ? colors.primary : colors.outline },
          isChosen && { backgroundColor: colors.primary },
        ]}
      >
        {isChosen ? <Icon name="check" size={14} color={colors.onPrimary} /> : null}
      </View>
      <View style={styles.words}>
        <View style={styles.line}>
          <Text variant="titleSmall" style={styles.name}>
            {name}
          </Text>
          <Text variant="titleSmall" style={styles.size}>
            {size}
          </Text>
        </View>
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {reason}
        </Text>
      </View>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    gap: space.m,
    padding: space.m,
    borderWidth: 1,
    borderRadius: radius.m,
  },
  box: {
    width: 20,
    height: 20,
    marginTop: 1,
    borderWidth: 2,
    borderRadius: 5,
    alignItems: 'center',
    justifyContent: 'center',
  },
  words: { flex: 1, gap: space.xs },
  line: { flexDirection: 'row', justifyContent: 'space-between', gap: space.m },
  name: { flexShrink: 1 },
  size: { flexShrink: 0, fontVariant: ['tabular-nums'] },
});
