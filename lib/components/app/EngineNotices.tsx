/**
 * Reports at the start that the app was killed while loading a model that isn't selected; the chat reports it for the
 * selected one. Renders nothing.
 */
import { useEffect } from 'react';
import { useLLM } from '../../ai/LLMProvider';
import { findModel } from '../../ai/modelConfig';
import { useModel } from '../../ai/ModelProvider';
import { useNotices } from '../notices/Notices';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';

export function EngineNotices() {
  const { models } = useModel();
  const { interruptedId, status } = useLLM();
  const { tell } = useNotices();
  const isInChat = status.kind === 'failed' && status.modelId === interruptedId;
  useEffect(() => {
    if (interruptedId === undefined || isInChat) return;
    const name = findModel(models, interruptedId)?.displayName ?? interruptedId;
    const failure = { code: 'LOAD_INTERRUPTED', details: { modelId: interruptedId } } as const;
    tell(t('{name}: {problem}.', { name, problem: describeFailure(failure).title }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- reported once for each such model
  }, [interruptedId]);
  return null;
}
