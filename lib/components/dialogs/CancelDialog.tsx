/** Asks before a download is cancelled of which many bytes have arrived. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
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
    <QuestionDialog
      title={`Cancel the download of ${config.displayName}?`}
      text={`This deletes the ${formatBytes(receivedBytes)} that have arrived. A paused download keeps them.`}
      action={{ label: 'Cancel download', icon: 'close' }}
      run={onCancel}
      onClose={onClose}
    />
  );
}
