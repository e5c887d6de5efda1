/** Lists the store's files on all volumes: in the models folder, and at the places where models lie. */
import { isPlaceMissing, ModelError } from '../../errors';
import type { FileEntry, OnUnreadable } from '../types';
import { folderOf, foldersAt, MOVING, pathAt, placesIn, routeOf, STORE, type Homes } from './homes';

export interface Volumes {
  homes: Homes;
  /** The files below a path of one volume. @throws ModelError PLACE_MISSING; as `FileStore.list` */
  listAt(place: string, path: string): Promise<FileEntry[]>;
}

/** Implements `list` of the FileStore port; see the port for the contract. */
export async function listVolumes(
  { homes, listAt }: Volumes,
  folder: string,
  onUnreadable: OnUnreadable = () => undefined,
): Promise<FileEntry[]> {
  const isMoving = folder.startsWith(`${MOVING}/`);
  if (isMoving || folderOf(folder) !== undefined) {
    const route = routeOf(homes, folder);
    if (!route) throw new ModelError('DISK_IO', { path: folder, reason: 'nothing is moved' });
    const entries = await listAt(route.place, route.path);
    return isMoving ? entries.map(moved) : entries;
  }
  const all = await listAt(STORE, folder);
  const places = placesIn(homes);
  if (places.length === 0) return all;
  const reachable = (place: string, entries: readonly FileEntry[]) =>
    entries.flatMap((entry) => {
      const path = pathAt(homes, place, entry.path);
      return path === undefined ? [] : [{ ...entry, path }];
    });
  const found = reachable(STORE, all);
  for (const place of places) {
    try {
      found.push(...reachable(place, await listAt(place, folder)));
    } catch (error) {
      if (!isPlaceMissing(error)) throw error;
      if (folder === '') for (const each of foldersAt(homes, place)) onUnreadable(each, error);
    }
  }
  return found;
}

function moved(entry: FileEntry): FileEntry {
  return { ...entry, path: `${MOVING}/${entry.path}` };
}
