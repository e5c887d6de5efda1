/** The programs and files that a page gets beside its own code. */
import type { WorkerSource } from './workerCalls';

export interface WebAssets {
  filesWorker: WorkerSource;
  hashWorker: WorkerSource;
  sqliteWorker: WorkerSource;
  /** Addresses of files that are packaged with the app, by their names in the registry. */
  bundledUrls: ReadonlyMap<string, string>;
}

export interface WllamaAssets {
  wasmUrl: string;
  templateWorker: WorkerSource;
  /** The model that tests the graphics processor. */
  tinyModelUrl: string;
}

const TINY_MODEL = 'tiny-demo.gguf';
const TINY_MODEL_URL = `/engine/bundled/${TINY_MODEL}`;

/** At the addresses where `scripts/buildWorkers.ts` puts them on the app's server. */
export const SERVED_ASSETS: WebAssets = {
  filesWorker: '/workers/files.js',
  hashWorker: '/workers/hash.js',
  sqliteWorker: '/workers/sqlite.js',
  bundledUrls: new Map([[TINY_MODEL, TINY_MODEL_URL]]),
};

export const SERVED_WLLAMA_ASSETS: WllamaAssets = {
  wasmUrl: '/engine/wllama.wasm',
  templateWorker: '/workers/template.js',
  tinyModelUrl: TINY_MODEL_URL,
};
