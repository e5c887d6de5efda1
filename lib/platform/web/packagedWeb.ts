/**
 * The platform as the package brings it to any page. Bundlers find its programs by these literal expressions, which
 * hold for the built package alone: there this module is in the folder that has `workers`.
 */
import { DEFAULT_HUB_ENDPOINT } from '../addresses/hubEndpoint';
import type { Platform } from '../types';
import { createWebPlatform } from './createWebPlatform';
import type { WebPlatformOptions } from './createWebPlatform';
import type { WebAssets } from './webAssets';

const PACKAGED_ASSETS: WebAssets = {
  filesWorker: {
    file: 'workers/files.js',
    start: () => new Worker(new URL('./workers/files.js', import.meta.url), { type: 'module' }),
  },
  hashWorker: {
    file: 'workers/hash.js',
    start: () => new Worker(new URL('./workers/hash.js', import.meta.url), { type: 'module' }),
  },
  sqliteWorker: {
    file: 'workers/sqlite.js',
    start: () => new Worker(new URL('./workers/sqlite.js', import.meta.url), { type: 'module' }),
  },
  bundledUrls: new Map(),
};

// The server's `config.json` and `catalog.json` may be files of the host app that mean something else.
const DEFAULT_ENVIRONMENT = { hubEndpoint: DEFAULT_HUB_ENDPOINT, catalogText: undefined };

/**
 * Nothing is read from the page's server but this package's own programs. Without `engine`, models can be downloaded
 * but not loaded.
 * @throws ModelError UNSUPPORTED, STORAGE_UNAVAILABLE as in `createWebPlatform`
 */
export function createPackagedWebPlatform(options: WebPlatformOptions = {}): Promise<Platform> {
  return createWebPlatform({
    assets: PACKAGED_ASSETS,
    environment: DEFAULT_ENVIRONMENT,
    ...options,
  });
}
