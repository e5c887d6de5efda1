/** What a card says about a newer version of its model: the bytes, the progress, why it didn't take over. */
import { View } from 'react-native';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { CardUpdate } from '../../ai/UpdatesProvider';
import { Notice } from '../ui/Notice';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { heldWords, updateLine } from '../words/updateWords';
import { FactLine } from './FactLine';
import { TransferProgress } from './TransferProgress';

interface UpdateStatusProps {
  config: LlmModelConfig;
  about: CardUpdate | undefined;
}

export function UpdateStatus({ config, about }: UpdateStatusProps) {
  if (about === undefined) return null;
  const { update, step, failure, heldReason } = about;
  if (step !== undefined) return <UpdateProgress name={config.displayName} step={step} />;
  return (
    <>
      {failure === undefined ? null : (
        <Notice
          tone="error"
          icon="warning"
          title={t('The update failed, and the version before stays')}
          text={describeFailure(failure).detail}
        />
      )}
      {heldReason !== undefined ? (
        <FactLine icon="pause" text={heldWords(heldReason)} />
      ) : update === undefined ? null : (
        <FactLine icon="download" text={updateLine(update)} />
      )}
    </>
  );
}

function UpdateProgress({ name, step }: { name: string; step: NonNullable<CardUpdate['step']> }) {
  switch (step.kind) {
    case 'bringing': {
      const { state } = step;
      const isShown =
        state.kind === 'waiting' || state.kind === 'downloading' || state.kind === 'verifying';
      return (
        <View role="group" aria-label={t('Update of {name}', { name })}>
          <FactLine icon="download" text={t('The newer version comes beside this one')} />
          {isShown ? <TransferProgress name={name} state={state} /> : null}
        </View>
      );
    }
    case 'waiting':
      return <FactLine icon="info" text={t('The newer version waits for the model to be idle')} />;
    case 'trying':
      return <FactLine icon="benchmark" text={t('The newer version is tried')} />;
  }
}
