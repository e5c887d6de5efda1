/** Asks before something is done that can’t be undone, and shows why it couldn’t be done. */
import { useState } from 'react';
import type { PropsWithChildren } from 'react';
import { Text } from 'react-native-paper';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { Button } from '../ui/Button';
import type { Face } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { describeFailure } from '../words/failureWords';
import { joinSentences } from '../words/words';
import { t } from '../words/language';

interface QuestionDialogProps {
  title: string;
  /** What follows from the answer. */
  text: string;
  /** The button that leaves everything as it is. */
  keepLabel?: string;
  action: Pick<Face, 'label' | 'icon'> & { tone?: 'filled' | 'danger' };
  /** False while there is nothing to do yet; true by default. */
  isReady?: boolean;
  /** Where it rejects, the dialog stays and shows the reason behind `kept`. */
  run: () => Promise<void> | void;
  /** A sentence that tells what is still here after a failure. */
  kept?: string;
  /** `done` tells whether the action was done. */
  onClose: (done: boolean) => void;
}

/** `children` stand below the text. */
export function QuestionDialog(props: PropsWithChildren<QuestionDialogProps>) {
  const { title, text, keepLabel = t('Keep'), action, run, kept = '', onClose, children } = props;
  const { isReady = true } = props;
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<ModelFailure>();

  async function confirm(): Promise<void> {
    setIsBusy(true);
    try {
      await run();
      onClose(true);
    } catch (error) {
      setIsBusy(false);
      if (!isAbortError(error)) setFailure(toFailure(error));
    }
  }

  const words = failure && describeFailure(failure);
  return (
    <Overlay
      title={title}
      onClose={() => onClose(false)}
      actions={
        <>
          <Button label={keepLabel} onPress={() => onClose(false)} />
          <Button
            tone="danger"
            {...action}
            disabled={isBusy || !isReady}
            onPress={() => void confirm()}
          />
        </>
      }
    >
      <Text variant="bodyLarge">{text}</Text>
      {children}
      {words && (
        <Notice
          tone="error"
          icon="warning"
          title={words.title}
          text={joinSentences([kept, words.detail])}
        />
      )}
    </Overlay>
  );
}
