/** The ids of the models that an app knows by name. Types only. */

/**
 * Empty until an app fills it. `modelshelf add` writes `models.lock.d.ts`, which adds one property for each model of the
 * lock file: `declare module 'modelshelf' { interface KnownModels { 'qwen-3-0.6b': true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- apps add to it
export interface KnownModels {}

/** One of `KnownModels`, or any text while there are none. */
export type ModelId = keyof KnownModels extends never ? string : keyof KnownModels;
