/** `modelshelf/engines/wllama`: llama.cpp in a browser. */
export { createPackagedWllamaEngine as createWllamaEngine } from '../../../lib/platform/web/packagedWllama';
export type { WllamaEngineOptions } from '../../../lib/platform/web/engine/wllamaEngine';
