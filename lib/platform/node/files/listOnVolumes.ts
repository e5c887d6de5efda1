/** Implements `list` of the FileStore port over the models folder and the places on other drives. */
import { listVolumes } from '../../shared/listVolumes';
import { storeSegments } from '../../shared/storePath';
import type { FileEntry, OnUnreadable } from '../../types';
import { listFolder } from './nodeListing';
import { readHomes, volumeOf } from './nodeVolumes';

export async function listOnVolumes(
  root: string,
  folder: string,
  onUnreadable?: OnUnreadable,
): Promise<FileEntry[]> {
  storeSegments(folder);
  const volumes = {
    homes: readHomes(root),
    listAt: async (place: string, path: string) =>
      listFolder(await volumeOf(root, place), path, onUnreadable),
  };
  return await listVolumes(volumes, folder, onUnreadable);
}
