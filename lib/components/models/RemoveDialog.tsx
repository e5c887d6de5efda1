/** Asks before a model is removed, and tells how much space that frees. */
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

interface RemoveDialogProps {
  config: LlmModelConfig;
  /** Bytes that the removal frees. */
  sizeBytes: number;
  /** What follows from the removal of the selected model; undefined for any other model. */
  selected?: 'another-follows' | 'none-follows' | undefined;
  remove: (config: LlmModelConfig) => Promise<void>;
  /** `removed` tells whether the model was removed. */
  onClose: (removed: boolean) => void;
}

const SELECTED_WORDS = {
  'another-follows':
    'It is the selected model. Another model on this device is selected in its place. To choose which, keep this one and select the other first.',
  'none-follows':
    'It is the selected model, and the only one on this device. You can chat again once another one is downloaded.',
} as const;

export function RemoveDialog({ config, sizeBytes, selected, remove, onClose }: RemoveDialogProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ModelFailure>();

  async function confirm(): Promise<void> {
    setBusy(true);
    try {
      await remove(config);
      onClose(true);
    } catch (error) {
      setBusy(false);
      if (!isAbortError(error)) setFailure(toFailure(error));
    }
  }

  return (
    <Overlay
      title={`Remove ${config.displayName}?`}
      onClose={() => onClose(false)}
      actions={
        <>
          <Button label="Keep" onPress={() => onClose(false)} />
          <Button
            label="Remove"
            icon="remove"
            tone="danger"
            disabled={busy}
            onPress={() => void confirm()}
          />
        </>
      }
    >
      <Text variant="bodyLarge">
        This frees {formatBytes(sizeBytes)}. To use the model again, you download it again.
      </Text>
      {selected === undefined ? null : (
        <Notice tone="calm" icon="info" text={SELECTED_WORDS[selected]} />
      )}
      {failure === undefined ? null : (
        <Notice
          tone="error"
          icon="warning"
          title={describeFailure(failure).title}
          text={`The model is still here. ${describeFailure(failure).detail}`}
        />
      )}
    </Overlay>
  );
}
