/** The programs and files that a page gets beside its own code. */
import type { WorkerSource } from './workerCalls';

export interface WebAssets {
  filesWorker: WorkerSource;
  hashWorker: WorkerSource;
  sqliteWorker: WorkerSource;
  /** Addresses of files that are packaged with the app, by their names in the registry. */
  bundledUrls: ReadonlyMap<string, string>;
}

/** The engine's build for browsers without 64-bit memory addresses: the files of `@wllama/wllama-compat`. */
export interface Compat32Assets {
  wasmUrl: string;
  workerUrl: string;
}

export interface WllamaAssets {
  wasmUrl: string;
  /** Fetched only by browsers that need it. Without it, they can manage models but not run them. */
  compat?: Compat32Assets | undefined;
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
  compat: { wasmUrl: '/engine/compat/wllama.wasm', workerUrl: '/engine/compat/wllama.js' },
  templateWorker: '/workers/template.js',
  tinyModelUrl: TINY_MODEL_URL,
};
