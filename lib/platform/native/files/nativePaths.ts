/**
 * The current place of the models folder: iOS moves the app's container with every update, so absolute paths aren't
 * stored.
 */
import { Directory, File, Paths } from 'expo-file-system';

import { storeSegments } from '../../shared/storePath';
import { volumeOf } from './nativeVolumes';

const MODELS_FOLDER = 'models';

/**
 * The absolute path of a store path, without `file://`, as the runtime and the app's own module take it.
 * @throws ModelError NAME_INVALID; PLACE_MISSING, DISK_IO as `volumeOf`
 */
export function barePath(path: string): string {
  storeSegments(path);
  const found = volumeOf(path, storePath());
  return [found.volume, ...storeSegments(found.path)].join('/');
}

/** The absolute path of the models folder in the app's documents. */
export function storePath(): string {
  return `${documentsPath()}/${MODELS_FOLDER}`;
}

/** The absolute path of the app’s documents. */
export function documentsPath(): string {
  return bareRoot(Paths.document);
}

/**
 * The absolute path of a file in the cache: the system may delete it at any time, so it has to be reproducible.
 * @throws as `barePath`
 */
export function cachePath(path: string): string {
  return [bareRoot(Paths.cache), ...storeSegments(path)].join('/');
}

function bareRoot({ uri }: Directory): string {
  return decodeURIComponent(uri.replace(/^file:\/\//, '').replace(/\/+$/, ''));
}

/** The URI of a bare path, as expo-file-system takes it. */
export function uriOf(place: string): string {
  return `file://${place.split('/').map(encodeURIComponent).join('/')}`;
}

export function fileAt(place: string): File {
  return new File(uriOf(place));
}

/** Makes the folder of a bare path where it is missing. */
export function makeParent(place: string): void {
  const folder = new Directory(uriOf(place.slice(0, place.lastIndexOf('/'))));
  folder.create({ intermediates: true, idempotent: true });
}

/** Copies the file at a URI to `place`, replacing any file there. */
export async function copyFile(uri: string, place: string): Promise<void> {
  makeParent(place);
  await new File(uri).copy(fileAt(place), { overwrite: true });
}
