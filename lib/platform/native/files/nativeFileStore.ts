/**
 * The models folder in the app's documents, excluded from iCloud's backup; Android's backup follows
 * the rules in the manifest. Only this app writes there, and it makes no links.
 */
import { FileMode } from 'expo-file-system';

import type { ModelFilesModule } from '../../../../modules/model-files';
import { describe, ModelError } from '../../../errors';
import { HOMES_PATH, placesIn, routeOf, STORE } from '../../shared/homes';
import { listVolumes } from '../../shared/listVolumes';
import { isPortableName, storeSegments } from '../../shared/storePath';
import type { FileEntry, FileStore } from '../../types';
import { diskError, freeBytesNow, type DiskContext } from './nativeErrors';
import { barePath, copyFile, fileAt, makeParent, storePath, uriOf } from './nativePaths';
import { cardOf, homesNow, lookAtCards, takeHomes, volumeAt } from './nativeVolumes';

const MAX_TEXT_BYTES = 1024 * 1024;
/** Makes a name that isn't portable, so that it is never listed and can't be a store path. */
const TEMPORARY_SUFFIX = '.new ';
/** Shared by the whole process, which may have a store for the app and another for a background task. */
const TEMPORARIES = new Set<string>();

export interface NativeFileStoreOptions {
  modelFiles: ModelFilesModule;
  /** Stops all writers at or below a path first. */
  beforeRemove: (path: string) => Promise<void>;
}

export function createNativeFileStore({
  modelFiles,
  beforeRemove,
}: NativeFileStoreOptions): FileStore {
  return {
    async list(folder, onUnreadable) {
      storeSegments(folder);
      const homes = homesNow();
      // A card may have come or gone since.
      if (placesIn(homes).length > 0) await lookAtCards(modelFiles);
      const listAt = (place: string, path: string) => listFolder(modelFiles, { place, path });
      return listVolumes({ homes, listAt }, folder, onUnreadable);
    },

    readText: (path) => translated({ path }, () => readSmall(barePath(path))),

    writeText: (path, text) =>
      translated({ path, neededBytes: text.length }, async () => {
        const place = barePath(path);
        const temporary = temporaryFor(place);
        makeParent(place);
        TEMPORARIES.add(temporary);
        try {
          writeBytes(temporary, text, FileMode.Truncate);
          await modelFiles.replace(temporary, place);
          if (path === HOMES_PATH) takeHomes(text);
        } catch (error) {
          // The write has already failed with its own error, and the temporary file isn't listed.
          await modelFiles.remove(temporary).catch(() => undefined);
          throw error;
        } finally {
          TEMPORARIES.delete(temporary);
        }
      }),

    append: ({ path, text, durableAfter }) =>
      translated({ path, neededBytes: text.length }, async () => {
        const place = barePath(path);
        // The file that the record describes may not exist yet; that is fine.
        if (durableAfter !== undefined) await modelFiles.sync(barePath(durableAfter));
        makeParent(place);
        writeBytes(place, text, FileMode.Append);
        if (durableAfter !== undefined) await modelFiles.sync(place);
      }),

    move: (from, to) =>
      translated({ path: from }, async () => {
        if (cardOf(from) === cardOf(to)) await modelFiles.replace(barePath(from), barePath(to));
        else await moveToVolume(modelFiles, barePath(from), barePath(to));
      }),

    remove: (path) =>
      translated({ path }, async () => {
        const place = barePath(path);
        if (path === '') throw new ModelError('NAME_INVALID', { name: path });
        await beforeRemove(path);
        await modelFiles.remove(place);
        if (path === HOMES_PATH) takeHomes(undefined);
      }),

    async freeBytes(path = '') {
      if (isInStore(path)) return freeBytesNow();
      await lookAtCards(modelFiles);
      return cardOf(path)?.freeBytes;
    },
  };
}

function temporaryFor(place: string): string {
  let number = 1;
  const name = () => `${place}.${String(number)}${TEMPORARY_SUFFIX}`;
  while (TEMPORARIES.has(name())) number += 1;
  return name();
}

async function translated<T>(context: DiskContext, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, context);
  }
}

function isInStore(path: string): boolean {
  return (routeOf(homesNow(), path)?.place ?? STORE) === STORE;
}

/** The copy has its name only when it is whole and durable. */
async function moveToVolume(modelFiles: ModelFilesModule, from: string, to: string): Promise<void> {
  const temporary = temporaryFor(to);
  TEMPORARIES.add(temporary);
  try {
    await copyFile(uriOf(from), temporary);
    await modelFiles.replace(temporary, to);
  } catch (error) {
    await modelFiles.remove(temporary).catch(() => undefined);
    throw error;
  } finally {
    TEMPORARIES.delete(temporary);
  }
  await modelFiles.remove(from);
}

async function listFolder(
  modelFiles: ModelFilesModule,
  { place: volume, path: folder }: { place: string; path: string },
): Promise<FileEntry[]> {
  const place = [volumeAt(volume, storePath()), ...storeSegments(folder)].join('/');
  const prefix = folder === '' ? '' : `${folder}/`;
  try {
    const entries = await modelFiles.list(place);
    return entries
      .filter(({ path }) => path.split('/').every(isPortableName))
      .map(({ path, sizeBytes }) => ({
        path: prefix + path,
        sizeBytes,
        usedBytes: sizeBytes,
        isLink: false,
        // Not needed: only this app writes here, and its own writers are known.
        version: undefined,
      }));
  } catch (error) {
    throw new ModelError('STORAGE_UNAVAILABLE', { reason: describe(error) }, { cause: error });
  }
}

function readSmall(place: string): string | undefined {
  const file = fileAt(place);
  if (!file.exists) return undefined;
  const handle = file.open(FileMode.ReadOnly);
  try {
    return new TextDecoder().decode(handle.readBytes(MAX_TEXT_BYTES));
  } finally {
    handle.close();
  }
}

// Uses a handle, because the package's own function to append crashes the app on iOS when the disk is full.
function writeBytes(place: string, text: string, mode: FileMode): void {
  const file = fileAt(place);
  if (!file.exists) file.create();
  const handle = file.open(mode);
  try {
    handle.writeBytes(new TextEncoder().encode(text));
  } finally {
    handle.close();
  }
}

/**
 * Makes the models folder, excludes it from the device's backup, and removes temporary files of records that
 * were being written when the app was killed. Takes in which models lie on a card. @throws ModelError STORAGE_UNAVAILABLE
 */
export async function prepareModelsFolder(modelFiles: ModelFilesModule): Promise<void> {
  const folder = storePath();
  try {
    await modelFiles.excludeFromBackup(folder);
    for (const { path } of await modelFiles.list(folder)) {
      const place = `${folder}/${path}`;
      const isLeft = path.endsWith(TEMPORARY_SUFFIX) && !TEMPORARIES.has(place);
      // A temporary file that can't be removed isn't listed, and is overwritten by the next one of its name.
      if (isLeft) await modelFiles.remove(place).catch(() => undefined);
    }
    takeHomes(readSmall(`${folder}/${HOMES_PATH}`));
    await lookAtCards(modelFiles);
  } catch (error) {
    throw new ModelError('STORAGE_UNAVAILABLE', { reason: describe(error) }, { cause: error });
  }
}
