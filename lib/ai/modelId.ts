/** The ids of models: which texts are ids, and which ids an app knows by name. */

/**
 * Empty until an app fills it. `modelshelf add` writes `models.lock.d.ts`, which adds one property for each model of the
 * lock file: `declare module 'modelshelf' { interface KnownModels { 'qwen-3-0.6b': true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- apps add to it
export interface KnownModels {}

/** One of `KnownModels`, or any text while there are none. */
export type ModelId = keyof KnownModels extends never ? string : keyof KnownModels;

/** Whether a text is a valid model id, the name of a model in settings, in the terminal and in catalogs. */
export function isModelId(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{0,63}$/.test(text);
}

/** The model that is selected until a person selects one. */
export const DEFAULT_MODEL_ID = 'llama-3.2-1b-instruct';
