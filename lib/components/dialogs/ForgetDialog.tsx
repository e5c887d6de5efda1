/** Asks before an added model with files on this device is taken off the shelf. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { t } from '../words/language';
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
      title={t('Forget {name}?', { name: config.displayName })}
      text={t(
        'This removes its files ({size}) and its card. To have it again, you add it again. Chats and measurements stay.',
        { size: formatBytes(sizeBytes) },
      )}
      action={{ label: t('Remove and forget'), icon: 'remove' }}
      run={() => forget(config)}
      kept={t('The model is still on the shelf.')}
      onClose={onClose}
    />
  );
}
