/** The downloader of a phone with everything that it needs, as `createNativePlatform` puts it together. */
import { createHandOver, type HandOver } from '../../lib/platform/native/handOver';
import { createNativeDigester } from '../../lib/platform/native/nativeDigester';
import { createNativeDownloader } from '../../lib/platform/native/nativeDownloader';
import { createNativeFileStore } from '../../lib/platform/native/nativeFileStore';
import { watchNetwork } from '../../lib/platform/native/nativeNetwork';
import { createNativeWeb } from '../../lib/platform/native/nativeWeb';
import { openSystemTasks } from '../../lib/platform/native/systemTasks';
import { systemClock } from '../../lib/platform/systemClock';
import { findModelFiles } from './fakes/modelFiles';
import { phone } from './fakes/phone';

export async function startPhoneDownloader(hubEndpoint: string, token?: string) {
  const modelFiles = findModelFiles();
  if (!modelFiles) throw new Error('the module is linked here');
  const network = await watchNetwork();
  const web = createNativeWeb({ hubEndpoint, token: () => token });
  const tasks = await openSystemTasks();
  const { system } = phone;
  const handOver: HandOver | undefined =
    tasks && createHandOver({ tasks, web, modelFiles, network, system });
  const assets = new Map([...phone.assets.keys()].map((id) => [`asset-${String(id)}`, id]));
  const clock = systemClock;
  return {
    files: createNativeFileStore({
      modelFiles,
      beforeRemove: async (path) => handOver?.endBelow(path),
    }),
    digester: createNativeDigester(modelFiles),
    downloader: createNativeDownloader({ web, modelFiles, network, clock, handOver, assets }),
  };
}
