/** Which volume the files of a model lie on: see `platform/shared/homes.ts`. */
import { HOMES_PATH, parseHomes, routeOf, STORE, type Homes } from '../../platform/shared/homes';
import type { FileStore } from '../../platform/types';

/** @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function readHomes(files: Pick<FileStore, 'readText'>): Promise<Homes> {
  return parseHomes(await files.readText(HOMES_PATH));
}

/** Whether a path of the store is on the same volume as another one. `''` is the store's own volume. */
export function besides(homes: Homes, path: string): (other: string) => boolean {
  const volumeOf = (each: string) => routeOf(homes, each)?.place ?? STORE;
  return (other) => volumeOf(other) === volumeOf(path);
}
