/** What is special about a repository, in a word or two each. */
import { StyleSheet, View } from 'react-native';
import type { RepositoryFacts } from '../../ai/discover/hubFacts';
import { Badge } from '../models/Badge';
import { ABILITY_WORDS } from '../words/addWords';

const GATED = 'Access on request';

type Badged = Pick<RepositoryFacts, 'gate' | 'abilities'>;

function badgeWords({ gate, abilities }: Badged): string[] {
  const gated = gate === 'none' ? [] : [GATED];
  return [...gated, ...abilities.map((ability) => ABILITY_WORDS[ability])];
}

export function RepositoryBadges({ facts }: { facts: Badged }) {
  const words = badgeWords(facts);
  if (words.length === 0) return null;
  return (
    <View style={styles.badges}>
      {words.map((label) => (
        <Badge key={label} label={label} tone={label === GATED ? 'warm' : 'plain'} />
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  badges: { flexDirection: 'row', flexWrap: 'wrap', gap: 6 },
});
