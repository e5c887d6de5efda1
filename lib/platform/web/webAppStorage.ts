/** What the page keeps in this browser beside the models: its database, and itself. */
import { toldNumber } from '../shared/told';
import type { AppStorage } from '../types';
import { MODELS_FOLDER } from './files/opfsPaths';

/** Chromium tells more than the standard asks for. */
interface ToldUsage extends StorageEstimate {
  usageDetails?: { caches?: number };
}

/** Never rejects. */
export async function webAppStorage(): Promise<AppStorage> {
  const { storage } = navigator as { storage?: Partial<StorageManager> };
  const [databaseBytes, told] = await Promise.all([
    databaseIn(storage).catch(() => undefined),
    storage?.estimate?.().catch(() => undefined),
  ]);
  return {
    databaseBytes,
    cacheBytes: toldNumber((told as ToldUsage | undefined)?.usageDetails?.caches),
  };
}

/** All files of this origin that aren't models are the database's. */
async function databaseIn(
  storage: Partial<StorageManager> | undefined,
): Promise<number | undefined> {
  const root = await storage?.getDirectory?.();
  return root && bytesIn(root, [MODELS_FOLDER]);
}

async function bytesIn(folder: FileSystemDirectoryHandle, without: string[]): Promise<number> {
  let bytes = 0;
  for await (const [name, handle] of folder.entries()) {
    if (without.includes(name)) continue;
    if (handle.kind === 'directory') bytes += await bytesIn(handle, []);
    else bytes += (await handle.getFile()).size;
  }
  return bytes;
}
