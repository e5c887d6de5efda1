/** The last step of a download and the first of a removal: they make a model appear and disappear in one step. */
import { MANIFEST_NAME, manifestPath, trashPath } from '../ai/registry/buildPlaces';
import type { LlmModelConfig } from '../ai/modelConfig';
import { isModelError, ModelError } from '../errors';
import type { FileStore, OwnFolder, Runtime } from '../platform/types';
import type { Brought } from './bringFiles';
import {
  filesOfOtherBuilds,
  formatManifest,
  manifestPaths,
  parseManifest,
  removeManifest,
  type Manifest,
} from './store/manifest';
import { refuseLink } from './store/refuseLink';
import { partName } from './plan/plan';

export interface InstallTarget {
  /** The model's folder. */
  folder: string;
  runtime: Runtime;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  own: Pick<OwnFolder, 'confirm'>;
}

/**
 * Turns verified `.part` files into an installed model. The manifest is written to staging first, so
 * that `finishInstall` can finish the install after a crash. It is moved into the model's folder last:
 * that one rename makes the model appear. A browser can rename files, but not folders.
 * @throws ModelError STORAGE_BUSY when the files in staging aren't those that were read back, or
 * staging no longer belongs to this owner; nothing is installed then.
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
    // Otherwise a later start would finish an install of bytes that were never read back.
    await files.remove(staged);
    throw new ModelError('STORAGE_BUSY', { path: `${target.staging}/${changed.fileName}` });
  }
  await finishInstall(files, target);
}

/**
 * Finishes an install that was begun, if there is one. Idempotent; true when a model was installed.
 * @throws ModelError STORAGE_BUSY as `install` does
 */
export async function finishInstall(
  files: FileStore,
  { folder, runtime, staging, own }: InstallTarget,
): Promise<boolean> {
  const text = await files.readText(`${staging}/${MANIFEST_NAME}`);
  const manifest = parseManifest(text);
  if (manifest?.runtime !== runtime) return false;
  const place = manifestPath(folder, runtime);
  const staged = await versionsIn(files, staging);
  const before = await versionsIn(files, folder);
  await own.confirm();
  // Without this, a crash between two renames would leave an older manifest over newer files.
  await removeManifest(files, folder, runtime);
  for (const { fileName } of manifest.files) {
    const name = partName(fileName);
    // The file is missing when the crash came after this rename.
    if (staged.has(name)) await files.move(`${staging}/${name}`, `${folder}/${fileName}`);
  }
  await files.move(`${staging}/${MANIFEST_NAME}`, place);
  const after = await versionsIn(files, folder);
  const foreign = manifest.files.find(({ fileName }) => {
    const name = partName(fileName);
    const ours = staged.has(name) ? staged.get(name) : before.get(fileName);
    return after.get(fileName) !== ours;
  });
  if (foreign) {
    // Another writer has changed the files in the meantime, so this manifest no longer describes them.
    if ((await files.readText(place)) === text) await files.remove(place);
    throw new ModelError('STORAGE_BUSY', { path: `${folder}/${foreign.fileName}` });
  }
  await files.remove(staging);
  return true;
}

/** The version of each file in a folder, by the file's name. */
async function versionsIn(files: FileStore, folder: string) {
  const entries = await files.list(folder);
  return new Map(entries.map(({ path, version }) => [path.slice(folder.length + 1), version]));
}

/**
 * Removes an installed build. All files are first moved to the trash, the manifest before the others.
 * So the build disappears at once or, when another tab uses a file, stays complete. Nothing has to be
 * written, so this also works on a full disk.
 * @throws ModelError FOLDER_LINKED, having changed nothing
 */
export async function uninstall(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<void> {
  const folder = config.folderName;
  await refuseLink(files, folder);
  const trash = trashPath(folder, runtime);
  const { own: present } = await ownFiles(files, config, runtime);
  const records = manifestPaths(folder, runtime);
  const manifestFirst = [
    ...present.filter((path) => records.includes(path)),
    ...present.filter((path) => !records.includes(path)),
  ];
  const moved: [from: string, to: string][] = [];
  try {
    for (const path of manifestFirst) {
      const to = `${trash}${path.slice(folder.length)}`;
      await files.move(path, to);
      moved.push([path, to]);
    }
  } catch (error) {
    if (!isModelError(error) || error.code !== 'NO_SPACE') {
      for (const [from, to] of moved.reverse()) await files.move(to, from);
      throw error;
    }
    // There isn't even room for the trash folder; without its manifest, the build counts as removed, too.
    await removeManifest(files, folder, runtime);
  }
  await finishUninstall(files, config, runtime);
}

/** Finishes a removal that was begun. Idempotent. */
export async function finishUninstall(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<void> {
  const { folderName } = config;
  const { own, isShared } = await ownFiles(files, config, runtime);
  // Where no other build shares the folder, the folder itself is removed, with files that no listing shows.
  for (const path of isShared ? own : [folderName]) await files.remove(path);
  await files.remove(trashPath(folderName, runtime));
}

/** The files in a model's folder that belong to no other build; `isShared` where some files do. */
export async function ownFiles(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<{ own: string[]; isShared: boolean }> {
  const others = await filesOfOtherBuilds(files, config, runtime);
  const present = await files.list(config.folderName);
  const own = present.flatMap(({ path }) => (others.has(path) ? [] : path));
  return { own, isShared: own.length < present.length };
}
