/** Reports the outcome of measurements on every screen. Renders nothing. */
import { useEffect, useRef } from 'react';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { MissingResult } from '../../ai/measure/benchmarks';
import { findModel } from '../../ai/modelConfig';
import { useModel } from '../../ai/ModelProvider';
import { useNotices } from '../notices/Notices';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';

export function BenchmarkNotices() {
  const { models } = useModel();
  const { missing, smokeTests } = useBenchmarks();
  const { tell } = useNotices();
  const told = useRef(new Set<object>());
  const { failures } = smokeTests;
  useEffect(() => {
    const tellOnce = (cause: object, words: string) => {
      if (told.current.has(cause)) return;
      told.current.add(cause);
      tell(words);
    };
    const nameOf = (modelId: string) => findModel(models, modelId)?.displayName ?? modelId;
    for (const [modelId, failure] of Object.entries(failures)) {
      const values = { name: nameOf(modelId), problem: describeFailure(failure).title };
      tellOnce(failure, t('{name} is installed, but did not work here. {problem}.', values));
    }
    for (const [modelId, outcome] of Object.entries(missing)) {
      tellOnce(outcome, missingWords(nameOf(modelId), outcome));
    }
  }, [failures, missing, models, tell]);
  return null;
}

function missingWords(name: string, missing: MissingResult): string {
  return missing.kind === 'interrupted'
    ? t('{name} was not measured to the end: the engine was needed for something else.', { name })
    : t('{name} was not measured. {problem}.', {
        name,
        problem: describeFailure(missing.failure).title,
      });
}
