/** Asks before a model is removed, and tells how much space that frees. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { Notice } from '../ui/Notice';
import { t } from '../words/language';
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

function selectedWords(selected: 'another-follows' | 'none-follows'): string {
  return selected === 'another-follows'
    ? t(
        'It is the selected model. Another model on this device is selected in its place. To choose which, keep this one and select the other first.',
      )
    : t(
        'It is the selected model, and the only one on this device. You can chat again once another one is downloaded.',
      );
}

export function RemoveDialog({ config, sizeBytes, selected, remove, onClose }: RemoveDialogProps) {
  return (
    <QuestionDialog
      title={t('Remove {name}?', { name: config.displayName })}
      text={t('This frees {size}. To use the model again, you download it again.', {
        size: formatBytes(sizeBytes),
      })}
      action={{ label: t('Remove'), icon: 'remove' }}
      run={() => remove(config)}
      kept={t('The model is still here.')}
      onClose={onClose}
    >
      {selected && <Notice tone="calm" icon="info" text={selectedWords(selected)} />}
    </QuestionDialog>
  );
}
