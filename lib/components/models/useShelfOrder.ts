/** The search and the order that a person has chosen for the shelf. */
import { useMemo, useState } from 'react';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModelMarks, useModels } from '../../ai/ModelProvider';
import { approximateBytes } from '../../ai/registry/modelFiles';
import { SMALL_SHELF, findModels, orderModels } from './shelfOrder';
import type { ShelfOrder } from './shelfOrder';

/** `models` as chosen. A small shelf has no controls, and is shown as it is listed. */
export function useShelfOrder(offered: readonly LlmModelConfig[]) {
  const [query, onQuery] = useState('');
  const [order, onOrder] = useState<ShelfOrder>('listed');
  const marks = useModelMarks();
  const { runtimeOf } = useModels();
  const isSmall = offered.length <= SMALL_SHELF;
  const ordered = useMemo(() => {
    const sizeOf = (config: LlmModelConfig) => approximateBytes(config, runtimeOf(config));
    return isSmall ? offered : orderModels(offered, order, { marks, sizeOf });
  }, [isSmall, offered, order, marks, runtimeOf]);
  const models = useMemo(
    () => (isSmall ? ordered : findModels(ordered, query, marks)),
    [isSmall, ordered, query, marks],
  );
  return { models, query, onQuery, order, onOrder };
}
