/** Asks before a download is cancelled of which many bytes have arrived. */
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { Button } from '../ui/Button';
import { Overlay } from '../ui/Overlay';
import { formatBytes } from '../words/words';

interface CancelDialogProps {
  config: LlmModelConfig;
  /** Bytes that the cancellation deletes. */
  receivedBytes: number;
  onCancel: () => void;
  onClose: () => void;
}

export function CancelDialog({ config, receivedBytes, onCancel, onClose }: CancelDialogProps) {
  return (
    <Overlay
      title={`Cancel the download of ${config.displayName}?`}
      onClose={onClose}
      actions={
        <>
          <Button label="Keep" onPress={onClose} />
          <Button label="Cancel download" icon="close" tone="danger" onPress={onCancel} />
        </>
      }
    >
      <Text variant="bodyLarge">
        This deletes the {formatBytes(receivedBytes)} that have arrived. A paused download keeps
        them.
      </Text>
    </Overlay>
  );
}
