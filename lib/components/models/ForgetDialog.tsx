/** Asks before an added model with files on this device is taken off the shelf. */
import { useState } from 'react';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelFailure } from '../../errors';
import { isAbortError, toFailure } from '../../errors';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { describeFailure } from '../words/failureWords';
import { formatBytes } from '../words/words';

interface ForgetDialogProps {
  config: LlmModelConfig;
  /** Bytes that this frees. */
  sizeBytes: number;
  forget: (config: LlmModelConfig) => Promise<void>;
  onClose: () => void;
}

export function ForgetDialog({ config, sizeBytes, forget, onClose }: ForgetDialogProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ModelFailure>();

  async function confirm(): Promise<void> {
    setBusy(true);
    try {
      await forget(config);
      onClose();
    } catch (error) {
      setBusy(false);
      if (!isAbortError(error)) setFailure(toFailure(error));
    }
  }

  return (
    <Overlay
      title={`Forget ${config.displayName}?`}
      onClose={onClose}
      actions={
        <>
          <Button label="Keep" onPress={onClose} />
          <Button
            label="Remove and forget"
            icon="remove"
            tone="danger"
            disabled={busy}
            onPress={() => void confirm()}
          />
        </>
      }
    >
      <Text variant="bodyLarge">
        This removes its files ({formatBytes(sizeBytes)}) and its card. To have it again, you add it
        again. Chats and measurements stay.
      </Text>
      {failure === undefined ? null : (
        <Notice
          tone="error"
          icon="warning"
          title={describeFailure(failure).title}
          text={`The model is still on the shelf. ${describeFailure(failure).detail}`}
        />
      )}
    </Overlay>
  );
}
