/** The programs and files that a page gets beside its own code. */
import type {} from '../pagePort';
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

/**
 * Where the app's folder is on its server: its path, without a slash at its end. A page without the app's first script is
 * at the top of its server, as with the package.
 */
export const appPath = (): string => globalThis.modelshelfPage?.basePath ?? '';

const { workers = 'workers', engine = 'engine' } = globalThis.modelshelfPage?.folders ?? {};
const WORKERS = `${appPath()}/${workers}`;
const ENGINE = `${appPath()}/${engine}`;
const TINY_MODEL_URL = `${ENGINE}/bundled/${TINY_MODEL}`;

/** At the addresses where `scripts/build` puts them on the app's server. */
export const SERVED_ASSETS: WebAssets = {
  filesWorker: `${WORKERS}/files.js`,
  hashWorker: `${WORKERS}/hash.js`,
  sqliteWorker: `${WORKERS}/sqlite.js`,
  bundledUrls: new Map([[TINY_MODEL, TINY_MODEL_URL]]),
};

export const SERVED_WLLAMA_ASSETS: WllamaAssets = {
  wasmUrl: `${ENGINE}/wllama.wasm`,
  compat: { wasmUrl: `${ENGINE}/compat/wllama.wasm`, workerUrl: `${ENGINE}/compat/wllama.js` },
  templateWorker: `${WORKERS}/template.js`,
  tinyModelUrl: TINY_MODEL_URL,
};
