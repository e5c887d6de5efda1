/** Asks before the download of a model that this device most likely can't run. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { formatAboutBytes } from '../words/words';

interface TooLargeDialogProps {
  config: LlmModelConfig;
  /** Bytes of memory that the model needs. */
  needBytes: number | undefined;
  onDownload: () => void;
  onClose: () => void;
}

export function TooLargeDialog({ config, needBytes, onDownload, onClose }: TooLargeDialogProps) {
  const need =
    needBytes === undefined
      ? 'It needs more memory than this device gives an app.'
      : `It needs ${formatAboutBytes(needBytes)} of memory, more than this device gives an app.`;
  return (
    <QuestionDialog
      title={`Download ${config.displayName}?`}
      text={`${need} It will most likely not load here, and trying can end the app. A smaller model will serve you better.`}
      keepLabel="Don’t download"
      action={{ label: 'Download anyway', icon: 'download', tone: 'filled' }}
      run={onDownload}
      onClose={onClose}
    />
  );
}
