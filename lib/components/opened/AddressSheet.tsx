/** The dialog of a model at an address that isn’t the hub’s: what its header and its server state, and how to add it. */
import { useCallback } from 'react';
import { StyleSheet, View } from 'react-native';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import type { ModelToAdd } from '../../ai/hub/modelHub';
import { Fact } from '../dialogs/Fact';
import { Notice } from '../ui/Notice';
import { space } from '../ui/theme';
import {
  addressFacts,
  addressFailureWords,
  checkWords,
  queryKeptWords,
} from '../words/addressWords';
import { t } from '../words/language';
import { printable } from '../words/words';
import { AddSheet } from './AddSheet';
import { AskingSheet } from './AskingSheet';
import { useAnswer } from './useAnswer';

interface AddressSheetProps {
  url: string;
  onClose: () => void;
}

export function AddressSheet({ url, onClose }: AddressSheetProps) {
  const hub = useModelHub();
  const ask = useCallback((signal: AbortSignal) => hub.lookAt(url, signal), [hub, url]);
  const { answer, retry } = useAnswer(ask);
  return answer.kind === 'answered' ? (
    <LookedAt found={answer.value} url={new URL(url)} onClose={onClose} />
  ) : (
    <AskingSheet
      title={new URL(url).host}
      answer={answer}
      asking={t('Reading the beginning of the file…')}
      wordsOf={addressFailureWords}
      onRetry={retry}
      onClose={onClose}
    />
  );
}

interface LookedAtProps {
  found: ModelToAdd;
  url: URL;
  onClose: () => void;
}

function LookedAt({ found, url, onClose }: LookedAtProps) {
  const { config, checkedAgainst } = found;
  return (
    <AddSheet
      title={printable(config.displayName)}
      origin="address"
      listed={checkedAgainst === 'list' ? config : undefined}
      find={() => Promise.resolve(config)}
      onClose={onClose}
    >
      <View style={styles.facts}>
        {addressFacts(found, url.host).map(({ label, value }) => (
          <Fact key={label} label={label} value={value} />
        ))}
      </View>
      <Notice
        tone={checkedAgainst === 'none' ? 'warm' : 'calm'}
        icon={checkedAgainst === 'none' ? 'warning' : 'info'}
        text={checkWords(checkedAgainst)}
      />
      {url.search === '' || checkedAgainst === 'list' ? null : (
        <Notice tone="warm" icon="warning" text={queryKeptWords()} />
      )}
    </AddSheet>
  );
}

const styles = StyleSheet.create({ facts: { gap: space.s } });
