/** Files of other programs among those of this app. */
import type { ModelFilesModule } from '../../../../modules/model-files';
import { ModelError } from '../../../errors';
import { freePlace, placeOfFolder } from '../../shared/foreignPlace';
import type { ForeignFiles } from '../../types';
import { diskError, nativeCode, type DiskContext } from './nativeErrors';
import { barePath, copyFile, documentsPath, fileAt, uriOf } from './nativePaths';

/** Begins an origin below the documents, which iOS moves with each update of the app. */
const DOCUMENTS = 'documents:';
/** For a copy that isn’t complete yet. */
const TEMPORARY_SUFFIX = '.moving';

export function createNativeForeignFiles(modelFiles: ModelFilesModule): ForeignFiles {
  const sizeAt = (place: string) => {
    const file = fileAt(place);
    return Promise.resolve(file.exists ? file.size : undefined);
  };

  /** The module renames, and copies nothing. */
  async function relocate(from: string, to: string): Promise<void> {
    try {
      await modelFiles.replace(from, to);
    } catch (error) {
      if (nativeCode(error) === 'ERR_ABSENT') throw error;
      const neededBytes = fileAt(from).size;
      await translated({ path: from, neededBytes }, () => copyThenRemove(from, to));
    }
  }

  async function copyThenRemove(from: string, to: string): Promise<void> {
    const temporary = to + TEMPORARY_SUFFIX;
    try {
      await copyFile(uriOf(from), temporary);
      // Makes the copy durable first.
      await modelFiles.replace(temporary, to);
    } catch (error) {
      // The copy has already failed with its own error; the next one replaces what is left of it.
      await modelFiles.remove(temporary).catch(() => undefined);
      throw error;
    }
    await modelFiles.remove(from);
  }

  return {
    find: (folder) =>
      translated({ path: folder }, async () => {
        const place = placeOfFolder(folder);
        if (`${place}/`.startsWith(`${barePath('')}/`)) return [];
        const found = await modelFiles.list(place);
        return found
          .filter(({ path }) => !path.includes('/'))
          .map(({ path, sizeBytes }) => ({ origin: originOf(`${place}/${path}`), sizeBytes }));
      }),

    moveIn: (origin, path) =>
      translated({ path: origin }, () => relocate(placeOfOrigin(origin), barePath(path))),

    moveOut: (path, origin) =>
      translated({ path: origin }, async () => {
        const source = barePath(path);
        const sizeBytes = await sizeAt(source);
        if (sizeBytes === undefined) {
          throw new ModelError('DISK_IO', { path, reason: 'no such file' });
        }
        const place = await freePlace(placeOfOrigin(origin), sizeBytes, sizeAt);
        if (place === undefined) await modelFiles.remove(source);
        else await relocate(source, place);
      }),
  };
}

async function translated<T>(context: DiskContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, context);
  }
}

function originOf(place: string): string {
  const documents = `${documentsPath()}/`;
  return place.startsWith(documents) ? DOCUMENTS + place.slice(documents.length) : place;
}

function placeOfOrigin(origin: string): string {
  if (!origin.startsWith(DOCUMENTS)) return origin;
  return `${documentsPath()}/${origin.slice(DOCUMENTS.length)}`;
}
