/** The dialog while its question is asked, and when the question failed. */
import { StyleSheet, View } from 'react-native';
import { CardSkeletons } from '../ui/Skeleton';
import { Overlay } from '../ui/Overlay';
import { space } from '../ui/theme';
import type { ModelFailure } from '../../errors';
import type { FailureWords } from '../words/failureWords';
import { Announced } from './Announced';
import { FailureNotice } from './FailureNotice';
import type { Answer } from './useAnswer';

interface AskingSheetProps {
  title: string;
  answer: Exclude<Answer<unknown>, { kind: 'answered' }>;
  /** What is done meanwhile. */
  asking: string;
  wordsOf: (failure: ModelFailure) => FailureWords;
  onRetry: () => void;
  onClose: () => void;
}

export function AskingSheet(props: AskingSheetProps) {
  const { title, answer, asking, wordsOf, onRetry, onClose } = props;
  return (
    <Overlay title={title} onClose={onClose}>
      <View style={styles.all}>
        {answer.kind === 'asking' ? (
          <>
            <Announced text={asking} />
            <CardSkeletons />
          </>
        ) : (
          <FailureNotice
            words={wordsOf(answer.failure)}
            failure={answer.failure}
            onRetry={onRetry}
          />
        )}
      </View>
    </Overlay>
  );
}

const styles = StyleSheet.create({ all: { gap: space.l } });
