/** Start-up: finishes what an earlier run left half-way, then makes the records agree with the disk. */
import type { ModelSettingsStore } from '../../db/modelSettings';
import { writeIfPossible } from '../../db/writeIfPossible';
import { finishInstall, finishUninstall } from '../../download/install';
import { manifestPaths, readManifest } from '../../download/store/manifest';
import { FIRST_RUNTIME, isOfOtherBuild, parkOtherBuild } from '../../download/store/parkOtherBuild';
import {
  findStaging,
  removeStaged,
  stagingFolders,
  type StagedTools,
} from '../../download/store/staged';
import { isAbortError, isModelError } from '../../errors';
import type { FileStore, FolderLock, OwnFolder, Peers, Runtime } from '../../platform/types';
import { MANIFEST_NAME, buildLock, stagingPath, trashPath } from '../registry/buildPlaces';
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

/** What excludes others from a build's files in the model's folder and from what is on its way there. */
export function folderLock(config: LlmModelConfig, runtime: Runtime): FolderLock {
  return { name: buildLock(config, runtime), folder: stagingPath(config, runtime) };
}

/** The owner's place, with what earlier ones left there that may be gone on with. */
export async function takeStaging(files: FileStore, own: OwnFolder): Promise<string> {
  const { path, isSound } = await own.take();
  // What was copied from under a writer isn't what that one read back: it is to be read back again.
  if (!isSound) await files.remove(`${path}/${MANIFEST_NAME}`);
  return path;
}

/**
 * The state of every model, by id. Idempotent and without network; a model that another tab
 * works on is left to it. Rows that can't be written now stay as they are until the next start: the states are the disk's.
 * @throws ModelError STORAGE_UNAVAILABLE before anything was changed.
 */
export async function reconcile(
  tools: ReconcileTools,
  models: readonly LlmModelConfig[],
): Promise<Map<string, ModelState>> {
  const { files, runtimeOf } = tools;
  let disk = await lookAtDisk(files, models, runtimeOf);
  let isMoved = false;
  for (const config of models)
    isMoved = (await separateBuilds(tools, config, disk.paths)) || isMoved;
  if (isMoved) disk = await lookAtDisk(files, models, runtimeOf);
  const { paths } = disk;
  const states = new Map<string, ModelState>();
  for (const config of models) {
    const runtime = runtimeOf(config);
    const hasFiles = foldersOf(config, runtime).some((folder) => hasFilesBelow(paths, folder));
    if (hasFiles) await finishInterrupted(tools, config, paths);
    const state = hasFiles
      ? await readModelState(tools, config)
      : stateWithoutFiles(config, runtime);
    states.set(config.modelId, state);
  }
  await writeIfPossible(agreeRecords(tools, models, { ...disk, states }));
  return states;
}

interface Disk {
  paths: ReadonlySet<string>;
  /** Other people's: what of ours can't be read is a failure. */
  unreadable: readonly string[];
}

/** @throws ModelError STORAGE_UNAVAILABLE when a folder or a file of a model can't be read. */
async function lookAtDisk(
  files: FileStore,
  models: readonly LlmModelConfig[],
  runtimeOf: RuntimeOf,
): Promise<Disk> {
  const ours = models.flatMap((config) => {
    const runtime = runtimeOf(config);
    return [
      ...foldersOf(config, runtime),
      ...manifestPaths(config.folderName, runtime),
      ...modelFiles(config, runtime).map(({ fileName }) => modelPath(config, fileName)),
    ];
  });
  const unreadable: string[] = [];
  const entries = await files.list('', (path, failure) => {
    // Beside the models lie folders of others: `lost+found`, a trash.
    if (ours.some((each) => isWithin(each, path))) throw failure;
    unreadable.push(path);
  });
  return { paths: new Set(entries.map(({ path }) => path)), unreadable };
}

function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}

/** Where files of a build may lie. */
function foldersOf(config: LlmModelConfig, runtime: Runtime): string[] {
  const { folderName } = config;
  return [folderName, ...stagingFolders(config, runtime), trashPath(folderName, runtime)];
}

function hasFilesBelow(paths: ReadonlySet<string>, folder: string): boolean {
  for (const path of paths) if (path.startsWith(`${folder}/`)) return true;
  return false;
}

/** What a store of the first version holds of other builds gets a place of its own; true when anything did. */
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

async function finishInterrupted(
  { files, peers, runtimeOf }: ReconcileTools,
  config: LlmModelConfig,
  paths: ReadonlySet<string>,
): Promise<void> {
  const { folderName } = config;
  const runtime = runtimeOf(config);
  const trash = trashPath(folderName, runtime);
  const wasRemoving = hasFilesBelow(paths, trash);
  const staged = [...paths].filter((path) =>
    stagingFolders(config, runtime).some((folder) => path.startsWith(`${folder}/`)),
  );
  const wasInstalling = staged.some((path) => path.endsWith(`/${MANIFEST_NAME}`));
  const mayBeInstalled = (await readManifest(files, folderName, runtime)) !== undefined;
  // A download that rests is nothing to finish, and left to whoever goes on with it.
  if (!wasRemoving && !wasInstalling && !(mayBeInstalled && staged.length > 0)) return;
  await unlessHeld(peers, folderLock(config, runtime), async (own) => {
    // With a manifest in place the removal was of an earlier install, and only its remains are left.
    if (wasRemoving && mayBeInstalled) await files.remove(trash);
    else if (wasRemoving) await finishUninstall(files, config, runtime);
    if (wasInstalling) {
      const staging = await takeStaging(files, own);
      if (await finishInstall(files, { folder: folderName, runtime, staging, own })) return;
    }
    // Killed between the rename that installs and the clean-up after it.
    if (await findInstalled(files, config, runtime)) await removeStaged(files, config, runtime);
  });
}

/** Runs `work` under a lock, or not at all when somebody else holds it: then the matter is theirs. */
async function unlessHeld(
  peers: Peers,
  lock: FolderLock,
  work: (own: OwnFolder) => Promise<void>,
): Promise<void> {
  const giveUp = new AbortController();
  const options = {
    signal: giveUp.signal,
    onWait: () => {
      giveUp.abort();
    },
  };
  try {
    await peers.withFolder(lock, work, options);
  } catch (error) {
    // What can't be finished now, on a disk that takes no writes for one, is finished some other time.
    if (!isAbortError(error) && !isModelError(error)) throw error;
  }
}

/** Adopts what is on disk without a row; removes rows whose files are gone. */
async function agreeRecords(
  { settings, runtimeOf }: ReconcileTools,
  models: readonly LlmModelConfig[],
  disk: Disk & { states: ReadonlyMap<string, ModelState> },
): Promise<void> {
  const { downloadedModels } = await settings.getSettings();
  const rows = new Map(downloadedModels.map((row) => [row.modelId, row]));
  for (const config of models) {
    const { modelId } = config;
    const state = disk.states.get(modelId);
    const row = rows.get(modelId);
    rows.delete(modelId);
    if (state?.kind !== 'installed') {
      if (row) await settings.removeDownloadedModel(modelId);
    } else if (
      row?.size !== state.sizeBytes ||
      row.ptePath !== weightsPath(config, runtimeOf(config))
    ) {
      await record(settings, { config, runtime: runtimeOf(config), state });
    }
  }
  // What is left belongs to a catalog that isn't here today; its models count as long as they lie there.
  for (const row of rows.values()) {
    const mayBeThere = disk.unreadable.some((folder) => isWithin(row.ptePath, folder));
    if (!disk.paths.has(row.ptePath) && !mayBeThere)
      await settings.removeDownloadedModel(row.modelId);
  }
}

function weightsPath(config: LlmModelConfig, runtime: Runtime): string {
  return installedPaths(config, runtime).ptePath;
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
    ...installedPaths(config, runtime),
    size: state.sizeBytes,
  });
}
