/** Start-up: finishes interrupted installs and removals, then makes the records match the disk. */
import type { ModelDownloadInfo, ModelSettingsStore } from '../../db/modelSettings';
import { writeIfPossible } from '../../db/writeIfPossible';
import { finishExchange } from '../../download/exchange';
import { ifFree } from '../../download/flow/ifFree';
import { loadPart } from '../../download/flow/loadPart';
import { finishInstall, finishUninstall } from '../../download/install';
import { manifestPaths, readManifest } from '../../download/store/manifest';
import { RENAMES_NAME } from '../../download/store/renames';
import { readHomes } from '../../download/store/volumes';
import { FIRST_RUNTIME, isOfOtherBuild, parkOtherBuild } from '../../download/store/parkOtherBuild';
import {
  findStaging,
  removeStaged,
  stagingFolders,
  type StagedTools,
} from '../../download/store/staged';
import { isAbortError, isModelError, isPlaceMissing } from '../../errors';
import { ownersFolder } from '../../platform/shared/storePath';
import type { FileStore, FolderLock, OwnFolder, Peers, Runtime } from '../../platform/types';
import {
  KEPT_LOCK,
  MANIFEST_NAME,
  buildLock,
  keptPath,
  stagingPath,
  trashPath,
  updateLock,
  updatePath,
} from '../registry/buildPlaces';
import type { LlmModelConfig } from '../modelConfig';
import { installedPaths, modelFiles, modelPath, type RuntimeOf } from '../registry/modelFiles';
import type { ModelState } from '../modelState';
import { findInstalled, readModelState, stateWithoutFiles } from './readModelState';

export interface ReconcileTools extends StagedTools {
  hubEndpoint: string;
  peers: Peers;
  settings: ModelSettingsStore;
  runtimeOf: RuntimeOf;
}

/** The lock that excludes other tabs and processes from a build's installed files and from its staging folder. */
export function folderLock(
  config: Pick<LlmModelConfig, 'folderName'>,
  runtime: Runtime,
): FolderLock {
  return { name: buildLock(config, runtime), folder: stagingPath(config, runtime) };
}

/** The owner's staging folder, with the files of earlier owners that this one may continue with. */
export async function takeStaging(files: FileStore, own: OwnFolder): Promise<string> {
  const { path, isSound } = await own.take();
  // If the files were copied from an owner that may still be running, its check doesn't cover the copy.
  // Without the manifest, the copy is read back again.
  if (!isSound) await files.remove(`${path}/${MANIFEST_NAME}`);
  return path;
}

/**
 * The state of each of `models`, by id. Idempotent, and makes no requests. A model that another tab works
 * on is left to that tab. Rows that can't be written now stay as they are until the next start; the
 * states come from the disk in any case.
 * @throws ModelError STORAGE_UNAVAILABLE before anything was changed; DB_FAILED when the rows can't be read.
 */
export async function reconcile(
  tools: ReconcileTools,
  models: readonly LlmModelConfig[],
  scope: Scope = 'all',
): Promise<Map<string, ModelState>> {
  const { files, runtimeOf } = tools;
  let disk = await lookAtDisk(files, models, runtimeOf);
  let isMoved = false;
  for (const config of models)
    isMoved = (await separateBuilds(tools, config, disk.paths)) || isMoved;
  for (const config of models)
    if (disk.left.has(config.folderName)) await finishMoveIfFree(tools, config);
  if (isMoved) disk = await lookAtDisk(files, models, runtimeOf);
  const { paths } = disk;
  const states = new Map<string, ModelState>();
  for (const config of models) {
    const runtime = runtimeOf(config);
    const place = disk.missing.get(config.folderName);
    if (place !== undefined) {
      states.set(config.modelId, { kind: 'disconnected', place });
      continue;
    }
    await leaveUpdatePlace(tools, config, paths);
    const hasFiles = foldersOf(config, runtime).some((folder) => hasFilesBelow(paths, folder));
    if (hasFiles) await finishInterrupted(tools, config, paths);
    const state = hasFiles
      ? await readModelState(tools, config)
      : stateWithoutFiles(config, runtime);
    states.set(config.modelId, state);
  }
  await agreeRecords(tools, models, { ...disk, states, scope });
  return states;
}

/** `these`: other work may go on meanwhile, so rows are only added; a row can be newer than the view of the disk. */
type Scope = 'all' | 'these';

interface Disk {
  paths: ReadonlySet<string>;
  /** The names of the places that aren't connected, by the folders of the models that lie there. */
  missing: ReadonlyMap<string, string>;
  /** The folders of models that were moved, and whose files at the old place aren't removed yet. */
  left: ReadonlySet<string>;
  /** Unreadable paths that don't belong to a model; an unreadable path of a model is a failure. */
  unreadable: readonly string[];
}

/** @throws ModelError STORAGE_UNAVAILABLE when a folder or a file of a model can't be read. */
async function lookAtDisk(
  files: FileStore,
  models: readonly LlmModelConfig[],
  runtimeOf: RuntimeOf,
): Promise<Disk> {
  const isOurs = (path: string) =>
    models.some((config) =>
      pathsOf(config, runtimeOf(config)).some((each) => isWithin(each, path)),
    );
  const unreadable: string[] = [];
  const missing = new Map<string, string>();
  const entries = await files.list('', (path, failure) => {
    if (isPlaceMissing(failure)) {
      missing.set(path, failure.details.place);
      unreadable.push(path);
      return;
    }
    // The models folder may also contain folders of other programs: `lost+found`, a trash.
    if (isOurs(path)) throw failure;
    unreadable.push(path);
  });
  const homes = Object.entries(await readHomes(files));
  const left = new Set(homes.flatMap(([folder, { from }]) => (from === undefined ? [] : folder)));
  return { paths: new Set(entries.map(({ path }) => path)), missing, left, unreadable };
}

function pathsOf(config: LlmModelConfig, runtime: Runtime): readonly string[] {
  return [
    ...foldersOf(config, runtime),
    ...manifestPaths(config.folderName, runtime),
    ...modelFiles(config, runtime).map(({ fileName }) => modelPath(config, fileName)),
  ];
}

function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}

/** The folders that may contain files of a build. */
function foldersOf(config: LlmModelConfig, runtime: Runtime): string[] {
  const { folderName } = config;
  const apart = [
    trashPath(folderName, runtime),
    updatePath(folderName, runtime),
    keptPath('removed', folderName, runtime),
  ];
  return [folderName, ...stagingFolders(config, runtime), ...apart];
}

function hasFilesBelow(paths: ReadonlySet<string>, folder: string): boolean {
  for (const path of paths) if (path.startsWith(`${folder}/`)) return true;
  return false;
}

/** Moves staged files of other builds in a store of the first version to their own folder; true when it moved any. */
async function separateBuilds(
  { files, peers }: ReconcileTools,
  config: LlmModelConfig,
  paths: ReadonlySet<string>,
): Promise<boolean> {
  const folders = stagingFolders(config, FIRST_RUNTIME);
  if (!folders.some((folder) => hasFilesBelow(paths, folder))) return false;
  if (!(await isOfOtherBuild(files, await findStaging(files, config, FIRST_RUNTIME)))) return false;
  let isDone = false;
  await unlessHeld(peers, folderLock(config, FIRST_RUNTIME), async (own) => {
    await parkOtherBuild(files, config, (await own.take()).path);
    isDone = true;
  });
  return isDone;
}

async function finishMoveIfFree(tools: ReconcileTools, config: LlmModelConfig): Promise<void> {
  const { peers, runtimeOf } = tools;
  await unlessHeld(peers, folderLock(config, runtimeOf(config)), async () => {
    const load = () => import('../../download/move/moveModel');
    const { finishMove } = await loadPart('moveModel', load);
    await finishMove(tools, config.folderName);
  });
}

/** Where an owner died who brought or discarded a newer version, its record is removed, and its work waits for the next one. */
async function leaveUpdatePlace(
  { peers, runtimeOf }: ReconcileTools,
  config: LlmModelConfig,
  paths: ReadonlySet<string>,
): Promise<void> {
  const lock = updateLock(config, runtimeOf(config));
  if (!hasFilesBelow(paths, ownersFolder(lock.folder))) return;
  await unlessHeld(peers, lock, async (own) => {
    await own.take();
  });
}

async function finishRemoval(tools: ReconcileTools, config: LlmModelConfig, runtime: Runtime) {
  const load = () => import('../../download/keepRemoved');
  const { finishKeeping } = await loadPart('keepRemoved', load);
  await finishKeeping(tools, config, runtime);
}

async function finishInterrupted(
  tools: ReconcileTools,
  config: LlmModelConfig,
  paths: ReadonlySet<string>,
): Promise<void> {
  const { files, peers } = tools;
  const { folderName } = config;
  const runtime = tools.runtimeOf(config);
  if (paths.has(`${updatePath(folderName, runtime)}/${RENAMES_NAME}`)) {
    await unlessHeld(peers, folderLock(config, runtime), async () => {
      const finish = () => finishExchange(files, { folder: folderName, runtime });
      await peers.withLock(KEPT_LOCK, finish);
    });
  }
  const trash = trashPath(folderName, runtime);
  const wasRemoving = hasFilesBelow(paths, trash);
  const staged = [...paths].filter((path) =>
    stagingFolders(config, runtime).some((folder) => path.startsWith(`${folder}/`)),
  );
  const wasInstalling = staged.some((path) => path.endsWith(`/${MANIFEST_NAME}`));
  const mayBeInstalled = (await readManifest(files, folderName, runtime)) !== undefined;
  const isKept = hasFilesBelow(paths, keptPath('removed', folderName, runtime));
  // There is nothing to finish for a paused download; it stays until it is resumed.
  const isLeftOver = mayBeInstalled && staged.length > 0;
  if (!wasRemoving && !wasInstalling && !isKept && !isLeftOver) return;
  await unlessHeld(peers, folderLock(config, runtime), async (own) => {
    if (isKept) await finishRemoval(tools, config, runtime);
    // When there is a manifest, the removal was that of an earlier install, and only its trash is left.
    if (wasRemoving && mayBeInstalled) await files.remove(trash);
    else if (wasRemoving) await finishUninstall(files, config, runtime);
    if (wasInstalling) {
      const staging = await takeStaging(files, own);
      if (await finishInstall(files, { folder: folderName, runtime, staging, own })) return;
    }
    // The app was killed between the rename that installs the build and the clean-up after it.
    if (await findInstalled(files, config, runtime)) await removeStaged(files, config, runtime);
  });
}

/** Runs `work` under a lock. Skips it when another owner holds the lock, because that owner does the work then. */
async function unlessHeld(
  peers: Peers,
  lock: FolderLock,
  work: (own: OwnFolder) => Promise<void>,
): Promise<void> {
  try {
    await ifFree((options) => peers.withFolder(lock, work, options));
  } catch (error) {
    // A failure here, for example on a disk that can't be written to, leaves the work to a later start.
    if (!isAbortError(error) && !isModelError(error)) throw error;
  }
}

/** Adds rows for installed models that have none, and removes rows whose files are missing. */
async function agreeRecords(
  { settings, runtimeOf }: ReconcileTools,
  models: readonly LlmModelConfig[],
  disk: Disk & { states: ReadonlyMap<string, ModelState>; scope: Scope },
): Promise<void> {
  const { downloadedModels } = await settings.getSettings();
  const rows = new Map(downloadedModels.map((row) => [row.modelId, row]));
  for (const config of models) {
    const { modelId } = config;
    const state = disk.states.get(modelId);
    const row = rows.get(modelId);
    rows.delete(modelId);
    if (state?.kind === 'disconnected') continue;
    if (state?.kind !== 'installed') {
      if (row && disk.scope === 'all')
        await writeIfPossible(settings.removeDownloadedModel(modelId));
    } else if (
      row?.size !== state.sizeBytes ||
      row.ptePath !== installedPaths(config, runtimeOf(config), state.files).ptePath
    ) {
      await writeIfPossible(record(settings, { config, runtime: runtimeOf(config), state }));
    }
  }
  if (disk.scope === 'all') await removeLostRows(settings, [...rows.values()], disk);
}

/** Rows of models from a catalog that is missing today; they stay as long as their files exist. */
async function removeLostRows(
  settings: ModelSettingsStore,
  rows: readonly ModelDownloadInfo[],
  disk: Disk,
): Promise<void> {
  for (const row of rows) {
    const mayBeThere = disk.unreadable.some((folder) => isWithin(row.ptePath, folder));
    if (!disk.paths.has(row.ptePath) && !mayBeThere)
      await writeIfPossible(settings.removeDownloadedModel(row.modelId));
  }
}

/** Writes the row of an installed model. */
export async function record(
  settings: ModelSettingsStore,
  installed: {
    config: LlmModelConfig;
    runtime: Runtime;
    state: Extract<ModelState, { kind: 'installed' }>;
  },
): Promise<void> {
  const { config, runtime, state } = installed;
  await settings.addDownloadedModel({
    modelId: config.modelId,
    downloadedAt: state.installedAt,
    ...installedPaths(config, runtime, state.files),
    size: state.sizeBytes,
  });
}
