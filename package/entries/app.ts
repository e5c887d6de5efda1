/** `modelshelf/app`: all that the providers of `modelshelf/react` bind: models, answers, chats, benchmarks. */
export { startModelApp } from '../../lib/ai/startModelApp';
export type { ModelApp, ModelAppOptions } from '../../lib/ai/startModelApp';
