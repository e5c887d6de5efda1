/** Where the models folder is, now: iOS moves the app's container with every update, so nothing absolute is kept. */
import { Directory, File, Paths } from 'expo-file-system';

import { storeSegments } from '../../shared/storePath';

const MODELS_FOLDER = 'models';

/**
 * The absolute path of a store path, without `file://`: what the runtime and our own module take.
 * @throws ModelError NAME_INVALID
 */
export function barePath(path: string): string {
  return [bareRoot(Paths.document), MODELS_FOLDER, ...storeSegments(path)].join('/');
}

/** The absolute path of what can be made again at any time, and may be gone at any time. @throws as `barePath` */
export function cachePath(path: string): string {
  return [bareRoot(Paths.cache), ...storeSegments(path)].join('/');
}

function bareRoot({ uri }: Directory): string {
  return decodeURIComponent(uri.replace(/^file:\/\//, '').replace(/\/+$/, ''));
}

/** The URI of a bare path, as expo-file-system takes it. */
function uriOf(place: string): string {
  return `file://${place.split('/').map(encodeURIComponent).join('/')}`;
}

export function fileAt(place: string): File {
  return new File(uriOf(place));
}

/** The folder that a bare path lies in, made where it is missing. */
export function makeParent(place: string): void {
  const folder = new Directory(uriOf(place.slice(0, place.lastIndexOf('/'))));
  folder.create({ intermediates: true, idempotent: true });
}

/** Copies what is behind a URI over whatever has the name. */
export async function copyFile(uri: string, place: string): Promise<void> {
  makeParent(place);
  await new File(uri).copy(fileAt(place), { overwrite: true });
}
