/** The search and the order that a person has chosen for the shelf. */
import { useDeferredValue, useMemo, useState } from 'react';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModelMarks, useModels } from '../../ai/ModelProvider';
import { useOptionalBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { approximateBytes } from '../../ai/registry/modelFiles';
import { findModels, orderModels, type ModelOrder } from '../../ai/registry/modelOrder';
import { SMALL_SHELF } from './shelf';

/** `models` as chosen. A small shelf has no controls, and is shown as it is listed. */
export function useShelfOrder(offered: readonly LlmModelConfig[]) {
  const [query, onQuery] = useState('');
  const [order, onOrder] = useState<ModelOrder>('listed');
  const marks = useModelMarks();
  const { runtimeOf } = useModels();
  const verdictOf = useOptionalBenchmarks()?.verdictOf;
  const isSmall = offered.length <= SMALL_SHELF;
  const ordered = useMemo(() => {
    const sizeOf = (config: LlmModelConfig) => approximateBytes(config, runtimeOf(config));
    const speedOf = (config: LlmModelConfig) => {
      const verdict = verdictOf?.(config);
      return verdict?.kind === 'works' ? verdict.newest.tokensPerSecond : undefined;
    };
    return isSmall ? offered : orderModels(offered, order, { marks, sizeOf, speedOf });
  }, [isSmall, offered, order, marks, runtimeOf, verdictOf]);
  // The typed letter is shown first, and the cards follow.
  const searched = useDeferredValue(query);
  const models = useMemo(
    () => (isSmall ? ordered : findModels(ordered, searched, marks)),
    [isSmall, ordered, searched, marks],
  );
  return { models, query, onQuery, order, onOrder, isMeasured: verdictOf !== undefined };
}
