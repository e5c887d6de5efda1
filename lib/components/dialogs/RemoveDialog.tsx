/** Asks before a model is removed, and tells how much space that frees. */
import { useState } from 'react';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { QuestionDialog } from '../notices/QuestionDialog';
import { Notice } from '../ui/Notice';
import { Options } from '../ui/Options';
import { t } from '../words/language';
import { formatBytes } from '../words/words';

interface RemoveDialogProps {
  config: LlmModelConfig;
  /** Bytes that the removal frees. */
  sizeBytes: number;
  /** The installed models that could be selected in place of the selected one, the usual one first; undefined for any other model. */
  followers?: readonly LlmModelConfig[] | undefined;
  /** `next` is to be selected; undefined leaves that as usual. */
  remove: (config: LlmModelConfig, next: LlmModelConfig | undefined) => Promise<void>;
  /** `removed` tells whether the model was removed. */
  onClose: (removed: boolean) => void;
}

export function RemoveDialog(props: RemoveDialogProps) {
  const { config, sizeBytes, followers, remove, onClose } = props;
  const [next, setNext] = useState<string>();
  const chosen = followers?.find(({ modelId }) => modelId === next);
  return (
    <QuestionDialog
      title={t('Remove {name}?', { name: config.displayName })}
      text={t(
        'This frees {size}. For a day you can take it back, unless another download needs the room.',
        { size: formatBytes(sizeBytes) },
      )}
      action={{ label: t('Remove'), icon: 'remove' }}
      run={() => remove(config, chosen)}
      kept={t('The model is still here.')}
      onClose={onClose}
    >
      {followers && <Notice tone="calm" icon="info" text={followWords(followers)} />}
      {followers !== undefined && followers.length > 1 ? (
        <Options
          label={t('The model to select in its place')}
          options={followers.map(({ modelId, displayName }) => ({
            value: modelId,
            content: <Text variant="bodyLarge">{displayName}</Text>,
          }))}
          value={next ?? followers[0]?.modelId}
          onChange={setNext}
        />
      ) : null}
    </QuestionDialog>
  );
}

/** What becomes of the selection when the selected model goes. */
export function followWords([first, ...more]: readonly LlmModelConfig[]): string {
  if (first === undefined) {
    return t(
      'It is the selected model, and the only one on this device. You can chat again once another one is downloaded.',
    );
  }
  return more.length === 0
    ? t('It is the selected model. {name} is selected in its place.', { name: first.displayName })
    : t('It is the selected model. Choose which one is selected in its place:');
}
