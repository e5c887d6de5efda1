/**
 * Downloads to the phone: through the system, also while the app isn't running, and otherwise by the app itself while
 * it runs.
 */
import type { ModelFilesModule } from '../../../../modules/model-files';
import { createRateLimiter } from '../../../download/flow/rateLimiter';
import { throwIfAborted } from '../../../download/flow/abortable';
import { ModelError } from '../../../errors';
import type { Clock, Downloader } from '../../types';
import { findBundled, type AssetModule } from './bundledAssets';
import { fetchInForeground } from './foregroundTransfer';
import type { HandOver } from './handOver';
import { diskError } from '../files/nativeErrors';
import type { NativeNetwork } from './nativeNetwork';
import { barePath, copyFile } from '../files/nativePaths';
import { fetchRange, fetchText, type NativeWeb } from './nativeWeb';

export interface NativeDownloaderOptions {
  web: NativeWeb;
  modelFiles: ModelFilesModule;
  network: NativeNetwork;
  clock: Clock;
  /** Undefined where the system's downloads aren't available: all transfers then end with the app. */
  handOver: HandOver | undefined;
  assets: ReadonlyMap<string, AssetModule>;
}

/**
 * Under a rate limit no transfer is handed over, because the system can't limit rates. Its running transfers continue
 * without a limit.
 */
export function createNativeDownloader(options: NativeDownloaderOptions): Downloader {
  const { web, modelFiles, network, clock, handOver, assets } = options;
  const limiter = createRateLimiter(clock);
  let limit: number | undefined;
  let isKeptToWifi = false;
  const foreground = { web, modelFiles, clock, limiter, limit: () => limit };

  return {
    async fetchFile(request, events, signal) {
      barePath(request.path);
      if (limit === undefined && handOver?.canTake(request)) {
        await handOver.fetch({ request, events, signal });
        return;
      }
      throwIfAborted(signal);
      await handOver?.leave(request.path);
      if (isKeptToWifi && network.isCellular()) {
        throw new ModelError('NET_METERED', { host: new URL(request.url).host });
      }
      await fetchInForeground(foreground, request, { events, signal });
    },

    setRateLimit(bytesPerSecond) {
      limit = bytesPerSecond;
      limiter.set(bytesPerSecond);
    },

    setWifiOnly(isKept) {
      isKeptToWifi = isKept;
      handOver?.setWifiOnly(isKept);
    },

    underway: () => handOver?.underway() ?? Promise.resolve([]),

    fetchText: (request, events, signal) => fetchText(web, { ...request, ...events }, signal),

    fetchRange: (request, events, signal) => fetchRange(web, { ...request, ...events }, signal),

    async copyBundled(requireId, path, signal) {
      const place = barePath(path);
      throwIfAborted(signal);
      try {
        const uri = await findBundled(assets, requireId);
        if (uri === undefined) throw new ModelError('MODEL_MISSING', { modelId: requireId });
        await copyFile(uri, place);
      } catch (error) {
        throw diskError(error, { path });
      }
      throwIfAborted(signal);
    },
  };
}
