/** Reports the outcome of measurements on every screen. Renders nothing. */
import { useEffect, useRef } from 'react';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { findModel } from '../../ai/modelConfig';
import { useModel } from '../../ai/ModelProvider';
import { useNotices } from '../notices/Notices';
import { describeFailure } from '../words/failureWords';

export function BenchmarkNotices() {
  const { models } = useModel();
  const { missing, smokeTests } = useBenchmarks();
  const { tell } = useNotices();
  const told = useRef(new Set<object>());
  const { failures } = smokeTests;
  useEffect(() => {
    const tellOnce = (cause: object, modelId: string, words: string) => {
      if (told.current.has(cause)) return;
      told.current.add(cause);
      tell(`${findModel(models, modelId)?.displayName ?? modelId} ${words}`);
    };
    for (const [modelId, failure] of Object.entries(failures)) {
      const { title } = describeFailure(failure);
      tellOnce(failure, modelId, `is installed, but did not work here. ${title}.`);
    }
    for (const [modelId, outcome] of Object.entries(missing)) {
      const why =
        outcome.kind === 'interrupted'
          ? 'was not measured to the end: the engine was needed for something else.'
          : `was not measured. ${describeFailure(outcome.failure).title}.`;
      tellOnce(outcome, modelId, why);
    }
  }, [failures, missing, models, tell]);
  return null;
}
