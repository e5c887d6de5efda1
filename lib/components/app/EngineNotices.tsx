/** Tells at the start that the app ended over a model which isn't the selected one; the chat tells of that. Shows nothing itself. */
import { useEffect } from 'react';
import { useLLM } from '../../ai/LLMProvider';
import { findModel } from '../../ai/modelConfig';
import { useModel } from '../../ai/ModelProvider';
import { useNotices } from '../notices/Notices';
import { describeFailure } from '../words/failureWords';

export function EngineNotices() {
  const { models } = useModel();
  const { interruptedId, status } = useLLM();
  const { tell } = useNotices();
  const isInChat = status.kind === 'failed' && status.modelId === interruptedId;
  useEffect(() => {
    if (interruptedId === undefined || isInChat) return;
    const name = findModel(models, interruptedId)?.displayName ?? interruptedId;
    const failure = { code: 'LOAD_INTERRUPTED', details: { modelId: interruptedId } } as const;
    tell(`${name}: ${describeFailure(failure).title}.`);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- told once for each such model, whatever the chat does then
  }, [interruptedId]);
  return null;
}
