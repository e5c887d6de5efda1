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
      <View role="list" aria-label="Found" style={styles.list}>
        {shown.map((facts) => (
          <FoundRow key={facts.name} facts={facts} onOpen={open} />
        ))}
      </View>
      {hasMore && state === 'done' ? (
        <View style={styles.more}>
          <Button label="Show more" icon="down" onPress={() => search.more()} />
        </View>
      ) : null}
    </View>
  );
}

function summary({ state, found, hasMore }: HubSearchSnapshot, shownCount: number): string {
  if (state === 'waiting' || state === 'searching') return 'Searching…';
  if (state !== 'done') return '';
  if (found.length === 0) {
    return 'Nothing was found that this device can run. Try fewer or other words.';
  }
  const more = hasMore ? ', and there are more' : '';
  if (shownCount === found.length) return `${countedRepositories(shownCount)}${more}`;
  return `${countedRepositories(shownCount)} of the ${String(found.length)} that were found${more}`;
}

const styles = StyleSheet.create({
  all: { gap: space.l },
  list: { gap: space.m },
  more: { alignItems: 'flex-start' },
});
