/** Where `react-native-executorch` keeps the files that it has downloaded itself. */
import { Platform, TurboModuleRegistry, type TurboModule } from 'react-native';

import { documentsPath, uriOf } from './nativePaths';

/** The module of the package that `react-native-executorch` downloads with, as far as it is read here. */
interface BlobUtil extends TurboModule {
  /** The path of the app’s external files, empty where the storage isn’t mounted. */
  getConstants(): { SDCardDir?: string };
}

/**
 * The URI of the folder, whether it exists or not, for `Shelf.adopt`: among the app’s documents, and on Android among its
 * external files, where they are there and the app was built with `react-native-blob-util`.
 */
export function executorchFilesFolder(): string | undefined {
  const base = (Platform.OS === 'android' ? externalFilesPath() : undefined) ?? documentsPath();
  return uriOf(`${base}/react-native-executorch`);
}

function externalFilesPath(): string | undefined {
  const blobUtil = TurboModuleRegistry.get<BlobUtil>('ReactNativeBlobUtil');
  const path = blobUtil?.getConstants().SDCardDir;
  return path === '' ? undefined : path;
}
