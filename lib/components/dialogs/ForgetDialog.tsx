/** Asks before an added model with files on this device is taken off the shelf. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { Notice } from '../ui/Notice';
import { t } from '../words/language';
import { formatBytes } from '../words/words';
import { followWords } from './RemoveDialog';

interface ForgetDialogProps {
  config: LlmModelConfig;
  /** Bytes that this frees. */
  sizeBytes: number;
  /** The installed models that follow the selected one, the usual one first; undefined for any other model. */
  followers?: readonly LlmModelConfig[] | undefined;
  forget: (config: LlmModelConfig) => Promise<void>;
  onClose: () => void;
}

export function ForgetDialog(props: ForgetDialogProps) {
  const { config, sizeBytes, followers, forget, onClose } = props;
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
    >
      {followers && <Notice tone="calm" icon="info" text={followWords(followers.slice(0, 1))} />}
    </QuestionDialog>
  );
}
