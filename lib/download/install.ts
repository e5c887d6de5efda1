/** The last step of a download and the first of a removal: what makes a model appear and disappear at once. */
import { MANIFEST_NAME } from '../ai/modelFiles';
import { isModelError, ModelError } from '../errors';
import type { FileStore, OwnFolder } from '../platform/types';
import type { Brought } from './bringFiles';
import { formatManifest, manifestPath, parseManifest, type Manifest } from './manifest';
import { partName } from './plan';

/** Models on their way out. Whatever lies here is removed at the next start. */
export const TRASH_FOLDER = '.trash';

export interface InstallTarget {
  /** The model's folder. */
  folder: string;
  /** The place in the store that only this owner writes to. */
  staging: string;
  own: Pick<OwnFolder, 'confirm'>;
}

/**
 * Makes verified `.part` files an installed model. The manifest goes into staging first, so that
 * a crash from here on is finished by `finishInstall`, and into the model's folder last: that one
 * rename makes the model appear. Folders can't be renamed in a browser, files can.
 * @throws ModelError STORAGE_BUSY when what lies in staging isn't what was read back, or isn't
 * this owner's any more; nothing is installed then.
 */
export async function install(
  files: FileStore,
  target: InstallTarget,
  { manifest, versions }: { manifest: Manifest; versions: Brought['versions'] },
): Promise<void> {
  const staged = `${target.staging}/${MANIFEST_NAME}`;
  await files.writeText(staged, formatManifest(manifest));
  const now = await versionsIn(files, target.staging);
  const changed = manifest.files.find(
    ({ fileName }) => now.get(partName(fileName)) !== versions.get(fileName),
  );
  if (changed) {
    // Before anybody finishes an install of bytes that nobody read back.
    await files.remove(staged);
    throw new ModelError('STORAGE_BUSY', { path: `${target.staging}/${changed.fileName}` });
  }
  await finishInstall(files, target);
}

/**
 * Goes on with an install that was begun, if there is one. Idempotent; true when a model was installed.
 * @throws ModelError STORAGE_BUSY as `install` does
 */
export async function finishInstall(
  files: FileStore,
  { folder, staging, own }: InstallTarget,
): Promise<boolean> {
  const text = await files.readText(`${staging}/${MANIFEST_NAME}`);
  const manifest = parseManifest(text);
  if (!manifest) return false;
  const staged = await versionsIn(files, staging);
  const before = await versionsIn(files, folder);
  await own.confirm();
  // Without this, a crash between two renames would leave an older manifest over newer files.
  await files.remove(manifestPath(folder));
  for (const { fileName } of manifest.files) {
    const name = partName(fileName);
    // Gone when the crash came after this rename.
    if (staged.has(name)) await files.move(`${staging}/${name}`, `${folder}/${fileName}`);
  }
  await files.move(`${staging}/${MANIFEST_NAME}`, manifestPath(folder));
  const after = await versionsIn(files, folder);
  const foreign = manifest.files.find(({ fileName }) => {
    const name = partName(fileName);
    const ours = staged.has(name) ? staged.get(name) : before.get(fileName);
    return after.get(fileName) !== ours;
  });
  if (foreign) {
    // This manifest vouches for other bytes than those of whoever came in between.
    if ((await files.readText(manifestPath(folder))) === text)
      await files.remove(manifestPath(folder));
    throw new ModelError('STORAGE_BUSY', { path: `${folder}/${foreign.fileName}` });
  }
  await files.remove(staging);
  return true;
}

/** By name. */
async function versionsIn(files: FileStore, folder: string) {
  const entries = await files.list(folder);
  return new Map(entries.map(({ path, version }) => [path.slice(folder.length + 1), version]));
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
