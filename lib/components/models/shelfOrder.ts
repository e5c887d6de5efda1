/** Searches and sorts the shelf. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelMark } from '../../ai/settings/modelMarks';

/** Up to so many models, a person sees them all at a glance, without a search and an order. */
export const SMALL_SHELF = 12;

/** `listed` is the order of the registry and the catalogs. */
export type ShelfOrder = 'listed' | 'favourites' | 'name' | 'size' | 'last-used';

export interface OrderFacts {
  marks: Readonly<Record<string, ModelMark>>;
  /** Bytes on this device or to download; undefined if unknown. */
  sizeOf(config: LlmModelConfig): number | undefined;
}

/** Whether each word of `query` is in the model's name, id, description, size, licence or note, in any case. */
export function findModels(
  models: readonly LlmModelConfig[],
  query: string,
  marks: OrderFacts['marks'],
): readonly LlmModelConfig[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return models;
  return models.filter((config) => {
    const { displayName, modelId, description, size, license } = config;
    const note = marks[modelId]?.note ?? '';
    const text = [displayName, modelId, description, size, license, note].join('\n');
    const lower = text.toLocaleLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** Equal models keep their order. Small before large, the last used first; models without the fact come last. */
export function orderModels(
  models: readonly LlmModelConfig[],
  order: ShelfOrder,
  { marks, sizeOf }: OrderFacts,
): readonly LlmModelConfig[] {
  const isFavourite = ({ modelId }: LlmModelConfig) => marks[modelId]?.isFavourite === true;
  switch (order) {
    case 'listed':
      return models;
    case 'favourites':
      return [...models.filter(isFavourite), ...models.filter((model) => !isFavourite(model))];
    case 'name': {
      const { compare } = new Intl.Collator('en', { numeric: true });
      return [...models].sort((one, other) => compare(one.displayName, other.displayName));
    }
    case 'size':
      return sortBy(models, (model) => sizeOf(model) ?? Infinity);
    case 'last-used':
      return sortBy(models, ({ modelId }) => -(marks[modelId]?.lastUsedAt ?? 0));
  }
}

function sortBy(
  models: readonly LlmModelConfig[],
  rankOf: (config: LlmModelConfig) => number,
): LlmModelConfig[] {
  const ranked = models.map((model) => ({ model, rank: rankOf(model) }));
  // Two unknown sizes are equal; their difference isn't a number.
  ranked.sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
  return ranked.map(({ model }) => model);
}
