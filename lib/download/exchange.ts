/**
 * Exchanges the installed version of a build with another complete one, by renames alone. After a death at any point the
 * next start has the old version or the new one: never none, and never files of both.
 */
import { KEPT_NAME, keptPath, manifestPath, updatePath } from '../ai/registry/buildPlaces';
import { ModelError } from '../errors';
import type { FileStore, Runtime } from '../platform/types';
import { formatKept } from './store/keptBuilds';
import { isComplete, parseManifest, manifestPaths, type Manifest } from './store/manifest';
import { refuseLink } from './store/refuseLink';
import { finishRenames, RENAMES_NAME, renameAll, type Rename } from './store/renames';

export interface BuildPlace {
  /** The model's folder. */
  folder: string;
  runtime: Runtime;
}

/**
 * The waiting version takes the place of the installed one, which is kept as the earlier version; a version that was kept
 * before is removed. The caller holds the build's lock and `KEPT_LOCK`. Everything stays as it was after a failure.
 * @throws ModelError MODEL_MISSING when one of the two isn't complete; FOLDER_LINKED, STORAGE_BUSY, DISK_IO, NO_SPACE
 */
export async function takeOver(
  files: FileStore,
  { folder, runtime }: BuildPlace,
  keptAtMs: number,
): Promise<void> {
  const [update, earlier] = [updatePath(folder, runtime), keptPath('earlier', folder, runtime)];
  await refuseLink(files, folder);
  const leaving = await namesIn(files, folder, runtime);
  const coming = await namesIn(files, update, runtime);
  await files.remove(earlier);
  await writeKept(files, earlier, keptAtMs);
  const batch = [...moves(leaving, earlier), ...moves(coming, folder).reverse()];
  await renameAll(files, `${update}/${RENAMES_NAME}`, [batch]);
  await files.remove(update);
}

/**
 * The earlier version and the installed one exchange their places. Takes no network. @throws ModelError as `takeOver`; a
 * version that waits to take over is removed
 */
export async function goBack(
  files: FileStore,
  { folder, runtime }: BuildPlace,
  keptAtMs: number,
): Promise<void> {
  const [update, earlier] = [updatePath(folder, runtime), keptPath('earlier', folder, runtime)];
  await refuseLink(files, folder);
  const leaving = await namesIn(files, folder, runtime);
  const coming = await namesIn(files, earlier, runtime);
  await files.remove(update);
  await writeKept(files, earlier, keptAtMs);
  const exchange = [...moves(leaving, update), ...moves(coming, folder).reverse()];
  const manifest = manifestPath(update, runtime).slice(update.length + 1);
  const left = { ...leaving, folder: update, manifest };
  await renameAll(files, `${update}/${RENAMES_NAME}`, [exchange, moves(left, earlier).reverse()]);
  await files.remove(update);
}

/** Finishes an exchange that was begun. Idempotent; true when there was one. */
export async function finishExchange(
  files: FileStore,
  { folder, runtime }: BuildPlace,
): Promise<boolean> {
  const update = updatePath(folder, runtime);
  const isDone = await finishRenames(files, `${update}/${RENAMES_NAME}`);
  if (isDone) await files.remove(update);
  return isDone;
}

/** The manifest of a complete build in `folder`; undefined for none. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function findComplete(
  files: FileStore,
  folder: string,
  runtime: Runtime,
): Promise<(Manifest & { path: string }) | undefined> {
  for (const path of manifestPaths(folder, runtime)) {
    const manifest = parseManifest(await files.readText(path));
    if (manifest?.runtime !== runtime) continue;
    return isComplete(manifest, folder, await files.list(folder))
      ? { ...manifest, path }
      : undefined;
  }
  return undefined;
}

interface Version {
  folder: string;
  runtime: Runtime;
  manifest: string;
  names: readonly string[];
}

async function namesIn(files: FileStore, folder: string, runtime: Runtime): Promise<Version> {
  const found = await findComplete(files, folder, runtime);
  if (!found) throw new ModelError('MODEL_MISSING', { modelId: folder });
  const names = found.files.map(({ fileName }) => fileName);
  return { folder, runtime, manifest: found.path.slice(folder.length + 1), names };
}

/** The manifest first, so that a folder never has a manifest over files of which some have left it. */
function moves({ folder, runtime, manifest, names }: Version, to: string): Rename[] {
  return [
    [`${folder}/${manifest}`, manifestPath(to, runtime)],
    ...names.map((name): Rename => [`${folder}/${name}`, `${to}/${name}`]),
  ];
}

function writeKept(files: FileStore, folder: string, keptAtMs: number): Promise<void> {
  return files.writeText(`${folder}/${KEPT_NAME}`, formatKept(keptAtMs));
}
