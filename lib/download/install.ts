/** The last step of a download and the first of a removal: what makes a model appear and disappear at once. */
import { MANIFEST_NAME, STAGING_FOLDER } from '../ai/modelFiles';
import { isModelError } from '../errors';
import type { FileStore } from '../platform/types';
import { formatManifest, manifestPath, parseManifest, type Manifest } from './manifest';
import { partName } from './plan';

/** Models on their way out. Whatever lies here is removed at the next start. */
export const TRASH_FOLDER = '.trash';

/**
 * Makes verified `.part` files an installed model. The manifest goes into staging first, so that
 * a crash from here on is finished by `finishInstall`, and into the model's folder last: that one
 * rename makes the model appear. Folders can't be renamed in a browser, files can.
 */
export async function install(files: FileStore, folder: string, manifest: Manifest): Promise<void> {
  await files.writeText(`${STAGING_FOLDER}/${folder}/${MANIFEST_NAME}`, formatManifest(manifest));
  await finishInstall(files, folder);
}

/** Goes on with an install that was begun, if there is one. Idempotent; true when a model was installed. */
export async function finishInstall(files: FileStore, folder: string): Promise<boolean> {
  const staging = `${STAGING_FOLDER}/${folder}`;
  const manifest = parseManifest(await files.readText(`${staging}/${MANIFEST_NAME}`));
  if (!manifest) return false;
  // Without this, a crash between two renames would leave an older manifest over newer files.
  await files.remove(manifestPath(folder));
  const staged = new Set((await files.list(staging)).map(({ path }) => path));
  for (const { fileName } of manifest.files) {
    const path = `${staging}/${partName(fileName)}`;
    // Gone when the crash came after this rename.
    if (staged.has(path)) await files.move(path, `${folder}/${fileName}`);
  }
  await files.move(`${staging}/${MANIFEST_NAME}`, manifestPath(folder));
  await files.remove(staging);
  return true;
}

/**
 * Removes an installed model. Everything is renamed away first, manifest in front, so that it is
 * gone at once or, when a file is held by another tab, still whole; nothing has to be written,
 * so that it works on a full disk.
 */
export async function uninstall(files: FileStore, folder: string): Promise<void> {
  const present = (await files.list(folder)).map(({ path }) => path);
  const manifestFirst = [
    ...present.filter((path) => path === manifestPath(folder)),
    ...present.filter((path) => path !== manifestPath(folder)),
  ];
  const moved: string[] = [];
  try {
    for (const path of manifestFirst) {
      await files.move(path, `${TRASH_FOLDER}/${path}`);
      moved.push(path);
    }
  } catch (error) {
    if (!isModelError(error) || error.code !== 'NO_SPACE') {
      for (const path of moved.reverse()) await files.move(`${TRASH_FOLDER}/${path}`, path);
      throw error;
    }
    // Not even room for the folder to rename into; without its manifest it is gone as well.
    await files.remove(manifestPath(folder));
  }
  await finishUninstall(files, folder);
}

/** Goes on with a removal that was begun. Idempotent. */
export async function finishUninstall(files: FileStore, folder: string): Promise<void> {
  await files.remove(folder);
  await files.remove(`${TRASH_FOLDER}/${folder}`);
}
