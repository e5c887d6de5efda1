/** Asks before a download is cancelled of which many bytes have arrived. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { t } from '../words/language';
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
      title={t('Cancel the download of {name}?', { name: config.displayName })}
      text={t('This deletes the {size} that have arrived. A paused download keeps them.', {
        size: formatBytes(receivedBytes),
      })}
      action={{ label: t('Cancel download'), icon: 'close' }}
      run={onCancel}
      onClose={onClose}
    />
  );
}
