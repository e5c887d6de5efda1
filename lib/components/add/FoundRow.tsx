/** One found repository. */
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { RepositoryFacts } from '../../ai/discover/hubFacts';
import { Icon } from '../ui/icons';
import { radius, serif, space, useColors } from '../ui/theme';
import { foundFacts } from '../words/addWords';
import { t } from '../words/language';
import { RepositoryBadges } from '../opened/RepositoryBadges';

interface FoundRowProps {
  facts: RepositoryFacts;
  onOpen: (facts: RepositoryFacts) => void;
}

export function FoundRow({ facts, onOpen }: FoundRowProps) {
  const colors = useColors();
  const { name, publisher } = facts;
  const lines = foundFacts(facts);
  return (
    <View role="listitem">
      <Pressable
        role="button"
        onPress={() => onOpen(facts)}
        style={({ pressed }) => [
          styles.row,
          { backgroundColor: colors.surface, borderColor: colors.outlineVariant },
          pressed && { backgroundColor: colors.surfaceVariant },
        ]}
      >
        <View style={styles.words}>
          <Text style={[styles.name, { color: colors.onSurface }]}>
            {name.slice(publisher.length + 1)}
          </Text>
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {t('by {publisher}', { publisher })}
          </Text>
          <RepositoryBadges facts={facts} />
          <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
            {lines.join(' · ')}
          </Text>
        </View>
        <Icon name="forward" size={20} color={colors.onSurfaceVariant} />
      </Pressable>
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.l,
    borderWidth: 1,
    borderRadius: radius.l,
  },
  words: { flex: 1, gap: space.xs },
  name: { fontFamily: serif, fontSize: 18, lineHeight: 24, fontWeight: '600' },
});
