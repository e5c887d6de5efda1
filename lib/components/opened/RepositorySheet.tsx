/** The dialog of an opened repository: what it is, its builds, and the buttons that add one. */
import { useCallback } from 'react';
import type { RepositoryAddress } from '../../ai/discover/addressParts';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import { openFailureWords } from '../words/addWords';
import { t } from '../words/language';
import { AskingSheet } from './AskingSheet';
import { OpenedSheet } from './OpenedSheet';
import { useAnswer } from './useAnswer';

interface RepositorySheetProps {
  address: RepositoryAddress;
  origin: 'hub' | 'link';
  onClose: () => void;
}

/** The address must stay the same. */
export function RepositorySheet({ address, origin, onClose }: RepositorySheetProps) {
  const hub = useModelHub();
  const ask = useCallback((signal: AbortSignal) => hub.open(address, signal), [hub, address]);
  const { answer, retry } = useAnswer(ask);
  return answer.kind === 'answered' ? (
    <OpenedSheet opened={answer.value} origin={origin} onClose={onClose} />
  ) : (
    <AskingSheet
      title={address.repository}
      answer={answer}
      asking={t('Asking Hugging Face what it contains…')}
      wordsOf={openFailureWords}
      onRetry={retry}
      onClose={onClose}
    />
  );
}
