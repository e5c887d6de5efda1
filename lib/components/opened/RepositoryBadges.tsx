/** What is special about a repository, in a word or two each. */
import { StyleSheet, View } from 'react-native';
import type { RepositoryFacts } from '../../ai/discover/hubFacts';
import { Badge } from '../models/Badge';
import { abilityLabel } from '../words/addWords';
import { t } from '../words/language';

type Badged = Pick<RepositoryFacts, 'gate' | 'abilities'>;

export function RepositoryBadges({ facts: { gate, abilities } }: { facts: Badged }) {
  if (gate === 'none' && abilities.length === 0) return null;
  return (
    <View style={styles.badges}>
      {gate === 'none' ? null : <Badge label={t('Access on request')} tone="warm" />}
      {abilities.map((ability) => (
        <Badge key={ability} label={abilityLabel(ability)} tone="plain" />
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  badges: { flexDirection: 'row', flexWrap: 'wrap', gap: 6 },
});
