/** Removes an installed build so that it can come back, and brings it back: by renames alone, without a network. */
import { KEPT_ENTRY_NAME, KEPT_LOCK, KEPT_NAME, keptPath } from '../ai/registry/buildPlaces';
import type { LlmModelConfig } from '../ai/modelConfig';
import { ModelError } from '../errors';
import type { FileStore, Runtime } from '../platform/types';
import { ownFiles } from './install';
import { deleteKept, findRemoved, formatKept, type KeptTools } from './store/keptBuilds';
import {
  isComplete,
  manifestPaths,
  readManifest,
  removeManifest,
  type Manifest,
} from './store/manifest';
import { refuseLink } from './store/refuseLink';
import { isNoSpace } from './store/space';

const PLACE = 'removed';

/**
 * Moves a complete build, and all files beside it that belong to no other build, to where removed builds are kept. The
 * record is written first and the manifest moved next: that one rename removes the model. The caller holds the model's
 * lock. False, with nothing changed, where the build isn't complete or the disk has no room for the record: `uninstall`
 * removes it then, for good. @throws ModelError FOLDER_LINKED, STORAGE_BUSY, DISK_IO, having changed nothing
 */
export async function keepRemoved(
  { files, peers, clock }: KeptTools,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<boolean> {
  const { folderName } = config;
  await refuseLink(files, folderName);
  const manifest = await readManifest(files, folderName, runtime);
  if (manifest?.modelId !== config.modelId) return false;
  if (!isComplete(manifest, folderName, await files.list(folderName))) return false;
  const place = keptPath(PLACE, folderName, runtime);
  return peers.withLock(KEPT_LOCK, async () => {
    const { own, isShared } = await ownFiles(files, config, runtime);
    const moves = inOrder(own, { folder: folderName, runtime, manifest });
    await deleteKept(files, { place: PLACE, folderName, runtime });
    try {
      await files.writeText(`${place}/${KEPT_NAME}`, formatKept(clock.nowMs()));
      await moveAll(files, moves, { from: folderName, to: place });
    } catch (error) {
      // Where a file couldn't be moved back, the next start moves it.
      const isAlone = (await files.list(place)).every(
        ({ path }) => path === `${place}/${KEPT_NAME}`,
      );
      if (isAlone) await files.remove(place);
      if (isAlone && isNoSpace(error)) return false;
      throw error;
    }
    // With files that no listing shows.
    if (!isShared) await files.remove(folderName);
    return true;
  });
}

/**
 * Moves a removed build back, its manifest last. A crash before that leaves a removed build. Does nothing for a model that
 * is installed. The caller holds the model's lock.
 * @throws ModelError MODEL_MISSING where the build can't come back any more; FOLDER_LINKED, STORAGE_BUSY, DISK_IO
 */
export async function bringBack(
  tools: KeptTools,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<void> {
  const { files, peers } = tools;
  const { folderName, modelId } = config;
  await refuseLink(files, folderName);
  const present = await readManifest(files, folderName, runtime);
  if (present && isComplete(present, folderName, await files.list(folderName))) return;
  const place = keptPath(PLACE, folderName, runtime);
  await peers.withLock(KEPT_LOCK, async () => {
    const manifest = await findRemoved(tools, config, runtime);
    if (!manifest) throw new ModelError('MODEL_MISSING', { modelId });
    const kept = (await files.list(place))
      .map(({ path }) => path)
      .filter((path) => ![`${place}/${KEPT_NAME}`, `${place}/${KEPT_ENTRY_NAME}`].includes(path));
    const moves = inOrder(kept, { folder: place, runtime, manifest }).reverse();
    // It would describe files that it isn't of.
    if (present) await removeManifest(files, folderName, runtime);
    await moveAll(files, moves, { from: place, to: folderName });
    await files.remove(place);
  });
}

/**
 * Goes on with a removal, or turns back, where either was interrupted: of a build whose manifest is with the removed ones,
 * the files that are still, or again, in the model's folder are moved to it. For the start, before anything is installed
 * into the folder; the caller holds the model's lock. Idempotent.
 */
export async function finishKeeping(
  { files, peers }: Omit<KeptTools, 'clock'>,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<void> {
  const { folderName } = config;
  const place = keptPath(PLACE, folderName, runtime);
  if ((await files.readText(`${place}/${KEPT_NAME}`)) === undefined) return;
  await peers.withLock(KEPT_LOCK, async () => {
    const manifest = await readManifest(files, place, runtime);
    const isInstalled = (await readManifest(files, folderName, runtime)) !== undefined;
    if (!manifest || isInstalled) return;
    const { own, isShared } = await ownFiles(files, config, runtime);
    const here = new Set((await files.list(place)).map(({ path }) => path));
    const isLeft = ({ fileName }: { fileName: string }) =>
      !here.has(`${place}/${fileName}`) && own.includes(`${folderName}/${fileName}`);
    // Otherwise the files in the folder are others: a person's, or those of a later download.
    if (!manifest.files.some(isLeft)) return;
    const moves = inOrder(own, { folder: folderName, runtime, manifest });
    await moveAll(files, moves, { from: folderName, to: place });
    if (!isShared) await files.remove(folderName);
  });
}

interface Build {
  folder: string;
  runtime: Runtime;
  manifest: Manifest;
}

/**
 * The order of a removal: the manifest, then files that it doesn't name, then those that it names. So, as long as any
 * other file is left behind, a named one is, too.
 */
function inOrder(paths: readonly string[], { folder, runtime, manifest }: Build): string[] {
  const records = manifestPaths(folder, runtime);
  const named = new Set(manifest.files.map(({ fileName }) => `${folder}/${fileName}`));
  const rank = (path: string) => (records.includes(path) ? 0 : named.has(path) ? 2 : 1);
  return [...paths].sort((one, other) => rank(one) - rank(other));
}

/** Moves all files or, where one can't be moved, none. */
async function moveAll(
  files: FileStore,
  paths: readonly string[],
  { from, to }: { from: string; to: string },
): Promise<void> {
  const moved: [from: string, to: string][] = [];
  try {
    for (const path of paths) {
      const target = `${to}${path.slice(from.length)}`;
      await files.move(path, target);
      moved.push([path, target]);
    }
  } catch (error) {
    for (const [before, now] of moved.reverse()) await files.move(now, before);
    throw error;
  }
}
