/** Asks before a model is used that its publisher has withdrawn. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { t } from '../words/language';
import { printable } from '../words/words';

interface WithdrawnDialogProps {
  config: LlmModelConfig;
  /** Whether it is installed, and would be loaded; otherwise it would be downloaded. */
  isHere: boolean;
  onUse: () => void;
  onClose: () => void;
}

export function WithdrawnDialog({ config, isHere, onUse, onClose }: WithdrawnDialogProps) {
  const name = config.displayName;
  const reason = printable(config.withdrawn?.reason ?? '');
  return (
    <QuestionDialog
      title={isHere ? t('Use {name} anyway?', { name }) : t('Download {name} anyway?', { name })}
      text={t(
        'Its publisher has withdrawn it and says: {reason} Your answer is remembered for this version.',
        { reason },
      )}
      keepLabel={isHere ? t('Don’t use it') : t('Don’t download')}
      action={{
        label: isHere ? t('Use anyway') : t('Download anyway'),
        icon: isHere ? 'check' : 'download',
        tone: 'filled',
      }}
      run={onUse}
      onClose={onClose}
    />
  );
}
