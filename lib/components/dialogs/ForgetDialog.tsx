/** Asks before an added model with files on this device is taken off the shelf. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { formatBytes } from '../words/words';

interface ForgetDialogProps {
  config: LlmModelConfig;
  /** Bytes that this frees. */
  sizeBytes: number;
  forget: (config: LlmModelConfig) => Promise<void>;
  onClose: () => void;
}

export function ForgetDialog({ config, sizeBytes, forget, onClose }: ForgetDialogProps) {
  return (
    <QuestionDialog
      title={`Forget ${config.displayName}?`}
      text={`This removes its files (${formatBytes(sizeBytes)}) and its card. To have it again, you add it again. Chats and measurements stay.`}
      action={{ label: 'Remove and forget', icon: 'remove' }}
      run={() => forget(config)}
      kept="The model is still on the shelf."
      onClose={onClose}
    />
  );
}
