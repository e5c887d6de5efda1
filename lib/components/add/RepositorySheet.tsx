/** The dialog of an opened repository: what it is, its builds, and the buttons that add one. */
import { StyleSheet, View } from 'react-native';
import type { RepositoryAddress } from '../../ai/discover/addressParts';
import { CardSkeletons } from '../ui/Skeleton';
import { Overlay } from '../ui/Overlay';
import { space } from '../ui/theme';
import { openFailureWords } from '../words/addWords';
import { Announced } from './Announced';
import { FailureNotice } from './FailureNotice';
import { OpenedSheet } from './OpenedSheet';
import { useRepository } from './useRepository';

interface RepositorySheetProps {
  address: RepositoryAddress;
  origin: 'hub' | 'link';
  onClose: () => void;
}

export function RepositorySheet({ address, origin, onClose }: RepositorySheetProps) {
  const { opening, retry } = useRepository(address);
  if (opening.kind === 'opened') {
    return <OpenedSheet judged={opening.judged} origin={origin} onClose={onClose} />;
  }
  return (
    <Overlay title={address.repository} onClose={onClose}>
      <View style={styles.all}>
        {opening.kind === 'asking' ? (
          <>
            <Announced text="Asking Hugging Face what it contains…" />
            <CardSkeletons />
          </>
        ) : (
          <FailureNotice
            words={openFailureWords(opening.failure)}
            failure={opening.failure}
            onRetry={retry}
          />
        )}
      </View>
    </Overlay>
  );
}

const styles = StyleSheet.create({ all: { gap: space.l } });
