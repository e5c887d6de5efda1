/** What the hub states about a repository, as label and value, with a link to its page. */
import { StyleSheet, View } from 'react-native';
import type { Repository } from '../../ai/discover/askRepository';
import type { JudgedBuild } from '../../ai/hub/judgeRepository';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import { Fact } from '../dialogs/Fact';
import { OutsideLink } from '../ui/Button';
import { space } from '../ui/theme';
import { repositoryFacts } from '../words/addWords';
import { t } from '../words/language';
import { RepositoryBadges } from './RepositoryBadges';

interface RepositoryFactListProps {
  repository: Repository;
  builds: readonly JudgedBuild[];
}

export function RepositoryFactList({ repository, builds }: RepositoryFactListProps) {
  const { pageOf } = useModelHub();
  return (
    <View style={styles.all}>
      <RepositoryBadges facts={repository} />
      {repositoryFacts(repository, builds).map(({ label, value }) => (
        <Fact key={label} label={label} value={value} />
      ))}
      <View style={styles.link}>
        <OutsideLink
          label={t('Its page on Hugging Face')}
          name={t('Its page on Hugging Face: {repository}, opens in a new tab', {
            repository: repository.name,
          })}
          icon="external"
          tone="quiet"
          url={pageOf(repository.name)}
        />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  all: { gap: space.s },
  link: { alignItems: 'flex-start', marginHorizontal: -space.m },
});
