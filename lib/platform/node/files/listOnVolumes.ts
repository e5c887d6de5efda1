/** Lists the store's files on all volumes: in the models folder, and at the places where models lie. */
import { isPlaceMissing } from '../../../errors';
import { folderOf, foldersAt, MOVING, pathAt, placesIn, STORE } from '../../shared/homes';
import { storeSegments } from '../../shared/storePath';
import type { FileEntry, OnUnreadable } from '../../types';
import { listFolder } from './nodeListing';
import { findVolume, readHomes, volumeOf } from './nodeVolumes';

/** Implements `list` of the FileStore port; see the port for the contract. */
export async function listOnVolumes(
  root: string,
  folder: string,
  onUnreadable: OnUnreadable = () => undefined,
): Promise<FileEntry[]> {
  storeSegments(folder);
  const isMoving = folder.startsWith(`${MOVING}/`);
  if (isMoving || folderOf(folder) !== undefined) {
    const { volume, path } = await findVolume(root, folder);
    const entries = await listFolder(volume, path, onUnreadable);
    return isMoving ? entries.map((entry) => moved(entry)) : entries;
  }
  const homes = readHomes(root);
  const all = await listFolder(root, folder, onUnreadable);
  const places = placesIn(homes);
  if (places.length === 0) return all;
  const found = entriesAt(STORE, all);
  for (const place of places) {
    const volume = await volumeOf(root, place).catch((error: unknown) => {
      if (!isPlaceMissing(error)) throw error;
      if (folder === '') for (const each of foldersAt(homes, place)) onUnreadable(each, error);
    });
    if (volume === undefined) continue;
    found.push(...entriesAt(place, await listFolder(volume, folder, onUnreadable)));
  }
  return found;

  function entriesAt(place: string, entries: readonly FileEntry[]): FileEntry[] {
    return entries.flatMap((entry) => {
      const path = pathAt(homes, place, entry.path);
      return path === undefined ? [] : [{ ...entry, path }];
    });
  }
}

function moved(entry: FileEntry): FileEntry {
  return { ...entry, path: `${MOVING}/${entry.path}` };
}
