/** The downloader of a phone with everything that it needs, as `createNativePlatform` puts it together. */
import { createHandOver, type HandOver } from '../../lib/platform/native/transfers/handOver';
import { createNativeDigester } from '../../lib/platform/native/files/nativeDigester';
import { createNativeDownloader } from '../../lib/platform/native/transfers/nativeDownloader';
import { createNativeFileStore } from '../../lib/platform/native/files/nativeFileStore';
import { watchNetwork } from '../../lib/platform/native/transfers/nativeNetwork';
import { createNativeWeb } from '../../lib/platform/native/transfers/nativeWeb';
import { openSystemTasks } from '../../lib/platform/native/transfers/systemTasks';
import { systemClock } from '../../lib/platform/shared/systemClock';
import type { Clock } from '../../lib/platform/types';
import { findModelFiles } from './fakes/modelFiles';
import { phone } from './fakes/phone';

export interface PhoneDownloaderOptions {
  hubEndpoint: string;
  token?: string;
  clock?: Clock;
  iosPieceBytes?: number;
}

export async function startPhoneDownloader({
  hubEndpoint,
  token,
  clock = systemClock,
  iosPieceBytes,
}: PhoneDownloaderOptions) {
  const modelFiles = findModelFiles();
  if (!modelFiles) throw new Error('the module is linked here');
  const network = await watchNetwork();
  const web = createNativeWeb({ hubEndpoint, token: () => token });
  const tasks = await openSystemTasks(clock);
  const { system } = phone;
  const handOver: HandOver | undefined =
    tasks && createHandOver({ tasks, web, modelFiles, network, clock, system, iosPieceBytes });
  const assets = new Map([...phone.assets.keys()].map((id) => [`asset-${String(id)}`, id]));
  return {
    files: createNativeFileStore({
      modelFiles,
      beforeRemove: async (path) => handOver?.endBelow(path),
    }),
    digester: createNativeDigester(modelFiles),
    downloader: createNativeDownloader({ web, modelFiles, network, clock, handOver, assets }),
  };
}
