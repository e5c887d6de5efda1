/** Composes a phone's adapters into the platform. */
import { findModelFiles } from '../../../modules/model-files';
import { ModelError } from '../../errors';
import { createHeldToken } from '../addresses/heldToken';
import { systemClock } from '../shared/systemClock';
import type { AppEnvironment, Clock, Platform } from '../types';
import { BUNDLED_FILES } from './transfers/bundledFiles';
import { createHandOver, type HandOver } from './transfers/handOver';
import { createNativeDigester } from './files/nativeDigester';
import { createNativeFileRanges } from './files/nativeFileRanges';
import { createNativeDownloader } from './transfers/nativeDownloader';
import { readNativeEnvironment, readRedirectUri } from './nativeEnvironment';
import { findNativeEngines } from './engines/nativeEngines';
import { createNativeFileStore, prepareModelsFolder } from './files/nativeFileStore';
import { createNativePlaces } from './files/nativePlaces';
import { readNativeFacts } from './nativeFacts';
import { createNativeHost } from './nativeHost';
import { watchNetwork } from './transfers/nativeNetwork';
import { createNativePeers, type NativeLocks } from './nativePeers';
import { createNativeSignIn } from './nativeSignIn';
import { createNativeSqlDatabase } from './nativeSqlDatabase';
import { createNativeWeb } from './transfers/nativeWeb';
import { openSystemTasks } from './transfers/systemTasks';

/** Shared by the whole process: a background task of the app makes a platform of its own. */
const PROCESS_LOCKS: NativeLocks = new Map();

export interface NativePlatformOptions {
  environment?: AppEnvironment;
  /** For a test in which one process stands for several. */
  locks?: NativeLocks;
  /** For a test that controls time. */
  clock?: Clock;
  /** For a test that treats a small file like a large one. */
  iosPieceBytes?: number;
}

/**
 * Resolves when the models folder can be used; the database opens with its first use.
 * @throws ModelError UNSUPPORTED where the app was built without its native module, as in Expo Go, or without any engine;
 * STORAGE_UNAVAILABLE where the system refuses the folder.
 */
export async function createNativePlatform(
  system: 'ios' | 'android',
  {
    environment = readNativeEnvironment(),
    locks = PROCESS_LOCKS,
    clock = systemClock,
    iosPieceBytes,
  }: NativePlatformOptions = {},
): Promise<Platform> {
  const modelFiles = findModelFiles();
  if (!modelFiles) {
    throw new ModelError('UNSUPPORTED', { feature: 'native-module', host: system });
  }
  await prepareModelsFolder(modelFiles);
  const network = await watchNetwork();
  const held = createHeldToken();
  const web = createNativeWeb({ hubEndpoint: environment.hubEndpoint, ...held });
  const { runtimes, engines } = await findNativeEngines(clock, system);
  const tasks = await openSystemTasks(clock);
  const handOver: HandOver | undefined =
    tasks && createHandOver({ tasks, web, modelFiles, network, clock, system, iosPieceBytes });
  const database = createNativeSqlDatabase();

  return {
    host: await createNativeHost(system, runtimes, { network, modelFiles }),
    environment,
    files: createNativeFileStore({
      modelFiles,
      beforeRemove: async (path) => handOver?.endBelow(path),
    }),
    digester: createNativeDigester(modelFiles),
    ranges: createNativeFileRanges(modelFiles),
    ...(system === 'android' && { places: createNativePlaces(modelFiles) }),
    downloader: createNativeDownloader({
      ...{ web, modelFiles, network, clock, handOver },
      assets: BUNDLED_FILES,
    }),
    signIn: createNativeSignIn({ held, redirectUri: readRedirectUri() }),
    peers: createNativePeers(locks),
    database,
    engines,
    clock,
    readFacts: readNativeFacts,
    async close() {
      network.close();
      await database.close();
    },
  };
}
