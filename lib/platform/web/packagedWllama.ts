/** The engine as the package brings it to any page: see `packagedWeb.ts`. */
import type { LlmEngine } from '../types';
import type { WllamaAssets } from './webAssets';
import { createWllamaEngine } from './engine/wllamaEngine';
import type { WllamaEngineOptions } from './engine/wllamaEngine';

/** The addresses are made when they are needed: with the code that is read on a server, they have no base. */
function packagedAssets(): WllamaAssets {
  return {
    wasmUrl: new URL('@wllama/wllama/esm/wasm/wllama.wasm', import.meta.url).href,
    templateWorker: {
      file: 'workers/template.js',
      start: () =>
        new Worker(new URL('./workers/template.js', import.meta.url), { type: 'module' }),
    },
    tinyModelUrl: new URL('../assets/bundled/tiny-demo.gguf', import.meta.url).href,
  };
}

export function createPackagedWllamaEngine(options: WllamaEngineOptions = {}): LlmEngine {
  return createWllamaEngine({ ...packagedAssets(), ...options });
}
