/** The repositories that the search found, or why there are none. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import type { Ability } from '../../ai/discover/abilities';
import type { RepositoryAddress } from '../../ai/discover/addressParts';
import type { RepositoryFacts } from '../../ai/discover/hubFacts';
import type { HubSearchSnapshot } from '../../ai/hub/hubSearch';
import { useHubSearch, useModelHub } from '../../ai/hub/ModelHubProvider';
import { Button } from '../ui/Button';
import { CardSkeletons } from '../ui/Skeleton';
import { space } from '../ui/theme';
import { countedRepositories } from '../words/addWords';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatCount } from '../words/words';
import { Announced } from '../opened/Announced';
import { FailureNotice } from '../opened/FailureNotice';
import { FoundControls } from './FoundControls';
import { FoundRow } from './FoundRow';

export function FoundList({ onOpen }: { onOpen: (address: RepositoryAddress) => void }) {
  const { search } = useModelHub();
  const snapshot = useHubSearch();
  const [wanted, setWanted] = useState<readonly Ability[]>([]);
  const { state, found, hasMore, failure, question } = snapshot;
  const isBusy = state === 'waiting' || state === 'searching';
  const shown = found.filter(({ abilities }) => wanted.every((each) => abilities.includes(each)));
  const open = ({ name }: RepositoryFacts) =>
    onOpen({
      ...{ kind: 'repository', repository: name, revision: 'main' },
      ...{ quantization: undefined, path: undefined },
    });
  return (
    <View style={styles.all}>
      <FoundControls
        question={question}
        wanted={wanted}
        onWanted={setWanted}
        onQuestion={(part) => {
          search.change(part);
          search.submit();
        }}
      />
      <Announced text={summary(snapshot, shown.length)} />
      {failure === undefined ? null : (
        <FailureNotice
          words={describeFailure(failure)}
          failure={failure}
          onRetry={found.length > 0 && hasMore ? search.more : search.submit}
        />
      )}
      {found.length === 0 && isBusy ? <CardSkeletons /> : null}
      <View role="list" aria-label={t('Found')} style={styles.list}>
        {shown.map((facts) => (
          <FoundRow key={facts.name} facts={facts} onOpen={open} />
        ))}
      </View>
      {hasMore && state === 'done' ? (
        <View style={styles.more}>
          <Button label={t('Show more')} icon="down" onPress={() => search.more()} />
        </View>
      ) : null}
    </View>
  );
}

function summary({ state, found, hasMore }: HubSearchSnapshot, shownCount: number): string {
  if (state === 'waiting' || state === 'searching') return t('Searching…');
  if (state !== 'done') return '';
  if (found.length === 0) {
    return t('Nothing was found that this device can run. Try fewer or other words.');
  }
  const repositories = countedRepositories(shownCount);
  if (shownCount === found.length) {
    return hasMore ? t('{repositories}, and there are more', { repositories }) : repositories;
  }
  const values = { repositories, all: formatCount(found.length) };
  return hasMore
    ? t('{repositories} of the {all} that were found, and there are more', values)
    : t('{repositories} of the {all} that were found', values);
}

const styles = StyleSheet.create({
  all: { gap: space.l },
  list: { gap: space.m },
  more: { alignItems: 'flex-start' },
});
