/** Asks before the download of a model that this device most likely can't run. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { t } from '../words/language';
import { formatBytes } from '../words/words';

interface TooLargeDialogProps {
  config: LlmModelConfig;
  /** Bytes of memory that the model needs. */
  needBytes: number | undefined;
  onDownload: () => void;
  onClose: () => void;
}

export function TooLargeDialog({ config, needBytes, onDownload, onClose }: TooLargeDialogProps) {
  const text =
    needBytes === undefined
      ? t(
          'It needs more memory than this device gives an app. It will most likely not load here, and trying can end the app. A smaller model will serve you better.',
        )
      : t(
          'It needs about {size} of memory, more than this device gives an app. It will most likely not load here, and trying can end the app. A smaller model will serve you better.',
          { size: formatBytes(needBytes) },
        );
  return (
    <QuestionDialog
      title={t('Download {name}?', { name: config.displayName })}
      text={text}
      keepLabel={t('Don’t download')}
      action={{ label: t('Download anyway'), icon: 'download', tone: 'filled' }}
      run={onDownload}
      onClose={onClose}
    />
  );
}
