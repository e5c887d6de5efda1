/** Folders on other drives that a person has named as places for models. */
import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { ModelError } from '../../../errors';
import { foldersAt, PLACES_PATH } from '../../shared/homes';
import type { Place, Places } from '../../types';
import { diskError, isAbsent } from '../nodeErrors';
import { freeBytesAt } from './nodeFreeBytes';
import {
  isConnected,
  MARK_NAME,
  readHomes,
  readMark,
  readPlaces,
  type KnownPlace,
} from './nodeVolumes';

type WriteRecord = (path: string, text: string) => Promise<void>;

/** `write` replaces a record of the models folder at once. */
export function createNodeModelPlaces(root: string, write: WriteRecord): Required<Places> {
  const save = (places: readonly KnownPlace[]) =>
    write(PLACES_PATH, `${JSON.stringify({ version: 1, places }, null, 2)}\n`);

  return {
    async list() {
      const places = await Promise.all(known(root).map(lookAt));
      return places.sort((one, other) => Number(other.isConnected) - Number(one.isConnected));
    },

    async add(given) {
      if (!isAbsolute(given)) throw new ModelError('NAME_INVALID', { name: given });
      const folder = resolve(given);
      try {
        await mkdir(folder, { recursive: true });
        await refuseStore(root, await realpath(folder), given);
        const id = (await readMark(folder)) ?? (await mark(folder));
        const place = { id, name: folder, folder };
        const others = known(root).filter((each) => each.id !== id);
        await save([...others, place]);
        return await lookAt(place);
      } catch (error) {
        throw diskError(error, { path: given });
      }
    },

    async forget(id) {
      const places = known(root);
      const place = places.find((each) => each.id === id);
      if (place === undefined) return false;
      if (foldersAt(readHomes(root), id).length > 0)
        throw new ModelError('STORAGE_BUSY', { path: place.name });
      await save(places.filter((each) => each !== place));
      if (await isConnected(place)) await rm(join(place.folder, MARK_NAME), { force: true });
      return true;
    },
  };
}

function known(root: string): readonly KnownPlace[] {
  try {
    return readPlaces(root);
  } catch {
    return [];
  }
}

async function lookAt(place: KnownPlace): Promise<Place> {
  const { id, name, folder } = place;
  const isHere = await isConnected(place);
  const freeBytes = isHere ? await freeBytesAt(folder) : undefined;
  return { id, name, isConnected: isHere, freeBytes };
}

async function mark(folder: string): Promise<string> {
  const id = randomUUID();
  await writeFile(join(folder, MARK_NAME), `${JSON.stringify({ version: 1, id })}\n`);
  return id;
}

/** Neither may be in the other: their files would be taken for each other's. */
async function refuseStore(root: string, folder: string, given: string): Promise<void> {
  const store = await realpath(root).catch((error: unknown) => {
    if (isAbsent(error)) return resolve(root);
    throw error;
  });
  const isIn = (inner: string, outer: string) =>
    inner === outer || (!relative(outer, inner).startsWith('..') && dirname(inner) !== inner);
  if (isIn(folder, store) || isIn(store, folder))
    throw new ModelError('NAME_INVALID', { name: given });
}
