/** Searches and sorts models, for the app and the terminal. Pure. */
import type { LlmModelConfig } from '../modelConfig';

/** `listed` is the order of the registry and the catalogs. */
export type ModelOrder = 'listed' | 'favourites' | 'name' | 'size' | 'last-used' | 'speed';

/** What a person and the use of a model have left. */
interface Mark {
  isFavourite: boolean;
  note: string;
  lastUsedAt: number | undefined;
}

export interface OrderFacts {
  /** By model id. */
  marks: Readonly<Record<string, Mark>>;
  /** Bytes on this device or to download; undefined if unknown. */
  sizeOf(config: LlmModelConfig): number | undefined;
  /** Tokens a second, as measured on this device; undefined where nothing was measured. */
  speedOf(config: LlmModelConfig): number | undefined;
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

/** Equal models keep their order. Small before large, the last used and the fastest first; models without the fact come last. */
export function orderModels(
  models: readonly LlmModelConfig[],
  order: ModelOrder,
  { marks, sizeOf, speedOf }: OrderFacts,
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
    case 'speed':
      return sortBy(models, (model) => -(speedOf(model) ?? 0));
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
