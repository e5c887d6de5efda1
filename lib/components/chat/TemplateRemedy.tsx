/** The remedies if a model's chat template can't be used: its family's format, or another one. The choice is saved. */
import { useState } from 'react';
import type { GenerationSettings } from '../../ai/generation/generationSettings';
import { useLLM } from '../../ai/LLMProvider';
import { useModel } from '../../ai/ModelProvider';
import type { PromptFormat } from '../../errors';
import { Button } from '../ui/Button';
import { FormatChoice } from '../generation/FormatChoice';
import { useNotices } from '../notices/Notices';
import { Overlay } from '../ui/Overlay';
import { t } from '../words/language';
import { promptFormatName } from '../words/words';

interface TemplateRemedyProps {
  suggested: PromptFormat;
  /** Called once the choice is saved. */
  onRetry: () => void;
}

export function TemplateRemedy({ suggested, onRetry }: TemplateRemedyProps) {
  const [isChoosing, setIsChoosing] = useState(false);
  const { currentConfig } = useModel();
  const { choose, choiceOf } = useLLM();
  const { tellFailure } = useNotices();

  function use(promptFormat: GenerationSettings['promptFormat']): void {
    setIsChoosing(false);
    choose(currentConfig, { ...choiceOf(currentConfig), promptFormat }).then(onRetry, tellFailure);
  }

  return (
    <>
      <Button
        label={t('Use {format}', { format: promptFormatName(suggested) })}
        icon="retry"
        tone="filled"
        onPress={() => use(suggested)}
      />
      <Button label={t('Other formats')} onPress={() => setIsChoosing(true)} />
      {isChoosing ? (
        <FormatDialog
          name={currentConfig.displayName}
          suggested={suggested}
          onUse={use}
          onClose={() => setIsChoosing(false)}
        />
      ) : null}
    </>
  );
}

interface FormatDialogProps {
  name: string;
  suggested: PromptFormat;
  onUse: (format: GenerationSettings['promptFormat']) => void;
  onClose: () => void;
}

function FormatDialog({ name, suggested, onUse, onClose }: FormatDialogProps) {
  const [format, setFormat] = useState<GenerationSettings['promptFormat']>(suggested);
  return (
    <Overlay
      title={t('Prompt format of {name}', { name })}
      onClose={onClose}
      actions={
        <Button label={t('Use it')} icon="check" tone="filled" onPress={() => onUse(format)} />
      }
    >
      <FormatChoice value={format} onChange={setFormat} />
    </Overlay>
  );
}
