/** The page's side of the models folder: two ports over one worker. */
import { ModelError } from '../../errors';
import { storeSegments } from '../storePath';
import type { Downloader, FileStore } from '../types';
import type { FilesWorkerMethods } from './filesWorker';
import { fetchText } from './webFetch';
import { connectWorker } from './workerCalls';

/** Files that are packaged with the app, and where its server has them. */
const BUNDLED_URLS: ReadonlyMap<string, string> = new Map([
  ['tiny-demo.gguf', '/engine/bundled/tiny-demo.gguf'],
]);

export interface WebFiles {
  files: FileStore;
  downloader: Downloader;
  close(): void;
}

/**
 * Resolves when the folder can be used.
 * @throws ModelError UNSUPPORTED, or STORAGE_UNAVAILABLE where the browser refuses, as in a private window.
 */
export async function openWebFiles(workerUrl = '/workers/files.js'): Promise<WebFiles> {
  const worker = connectWorker<FilesWorkerMethods>(workerUrl);
  try {
    await worker.call('open', undefined);
  } catch (error) {
    worker.close();
    throw error;
  }

  const files: FileStore = {
    list: (folder) => worker.call('list', folder),
    readText: (path) => worker.call('readText', path),
    writeText: (path, text) => worker.call('writeText', { path, text }),
    move: (from, to) => worker.call('move', { from, to }),
    remove: (path) => worker.call('remove', path),
    digest: ({ path, algorithm, onProgress }, signal) =>
      worker.call('digest', { path, algorithm }, { onProgress, signal }),
    freeBytes: () => worker.call('freeBytes', undefined),
  };

  const downloader: Downloader = {
    async fetchFile(request, onProgress, signal) {
      storeSegments(request.path);
      return worker.call('fetchFile', request, { onProgress, signal });
    },
    fetchText,
    async copyBundled(requireId, path, signal) {
      const bundledUrl = BUNDLED_URLS.get(requireId);
      if (bundledUrl === undefined) throw new ModelError('MODEL_MISSING', { modelId: requireId });
      const url = new URL(bundledUrl, location.href).href;
      const request = { url, path, offsetBytes: 0, expectedBytes: undefined };
      await worker.call('fetchFile', request, { signal });
    },
  };

  return {
    files,
    downloader,
    close: () => {
      worker.close();
    },
  };
}
