/** The page's side of the models folder: two ports over one worker. */
import { FILE_PATIENCE, watchSilence, type Watch } from '../../../download/flow/watchSilence';
import { ModelError } from '../../../errors';
import { tokenFor, type HubAccess } from '../../addresses/hops';
import { storeSegments } from '../../shared/storePath';
import { systemClock } from '../../shared/systemClock';
import type { Downloader, FileRanges, FileStore, PickedFiles } from '../../types';
import type { FilesWorkerMethods } from './filesWorker';
import type { TransferReport } from './opfsTransfer';
import { fetchRange, fetchText } from './webFetch';
import { createWebPickedFiles } from './webPickedFiles';
import { SERVED_ASSETS, type WebAssets } from '../webAssets';
import { connectWorker } from '../workerCalls';

export interface WebFiles {
  files: FileStore;
  downloader: Downloader;
  pickedFiles: PickedFiles;
  copyRanges: FileRanges['copy'];
  close(): void;
}

const NOBODY: HubAccess = { hubEndpoint: 'https://huggingface.co', token: undefined };

/**
 * Resolves when the folder can be used. `access` decides which requests carry a token; by default none.
 * @throws ModelError UNSUPPORTED, or STORAGE_UNAVAILABLE where the browser refuses, as in a private window.
 */
export async function openWebFiles(
  {
    filesWorker: source = SERVED_ASSETS.filesWorker,
    bundledUrls = SERVED_ASSETS.bundledUrls,
  }: Partial<Pick<WebAssets, 'filesWorker' | 'bundledUrls'>> = {},
  access: HubAccess = NOBODY,
): Promise<WebFiles> {
  const worker = connectWorker<FilesWorkerMethods>(source);
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
    append: (request) => worker.call('append', request),
    move: (from, to) => worker.call('move', { from, to }),
    remove: (path) => worker.call('remove', path),
    freeBytes: () => worker.call('freeBytes', undefined),
  };

  const downloader: Downloader = {
    async fetchFile(request, events, signal) {
      storeSegments(request.path);
      const token = tokenFor(new URL(request.url), access);
      const onReport = (report: TransferReport) => {
        if (typeof report === 'number') events.onProgress(report);
        else if (report !== 'token-refused') events.onAnswer(report);
        else if (token !== undefined) access.onRefused?.(token);
      };
      await worker.call('fetchFile', { ...request, token }, { onReport, signal });
    },
    setRateLimit(bytesPerSecond) {
      // This call fails only if the worker is closed, and then there are no transfers.
      worker.call('setRateLimit', bytesPerSecond).catch(() => undefined);
    },
    setWifiOnly: () => undefined,
    underway: () => Promise.resolve([]),
    fetchText: (request, events, signal) => fetchText({ ...request, access }, events, signal),
    fetchRange: (request, events, signal) => fetchRange({ ...request, access }, events, signal),
    async copyBundled(requireId, path, signal) {
      const bundledUrl = bundledUrls.get(requireId);
      if (bundledUrl === undefined) throw new ModelError('MODEL_MISSING', { modelId: requireId });
      const url = new URL(bundledUrl, location.href).href;
      const unstated = { endBytes: undefined, expectedBytes: undefined, versions: undefined };
      const whole = { offsetBytes: 0, acceptsWhole: true, isRest: true, ...unstated };
      const request = ({ signal: ending, onProgress }: Watch) => {
        const onReport = (report: TransferReport) => {
          onProgress(typeof report === 'number' ? report : 0);
        };
        const asked = { url, path, ...whole, token: undefined };
        return worker.call('fetchFile', asked, { onReport, signal: ending });
      };
      await watchSilence(systemClock, { url, patience: FILE_PATIENCE, request }, signal);
    },
  };

  return {
    files,
    downloader,
    pickedFiles: createWebPickedFiles(worker, files),
    async copyRanges(from, to, ranges) {
      storeSegments(from);
      storeSegments(to);
      await worker.call('copyRanges', { from, to, ranges });
    },
    close: () => {
      worker.close();
    },
  };
}
