/** Removes models and brings removed ones back, each as the only owner of the model's folder. */
import type { ModelSettingsStore } from '../../db/modelSettings';
import { loadPart } from '../../download/flow/loadPart';
import { uninstall } from '../../download/install';
import { deleteKept, findRemoved, listKept, type KeptTools } from '../../download/store/keptBuilds';
import { readManifest } from '../../download/store/manifest';
import { readHomes } from '../../download/store/volumes';
import { removeStaged } from '../../download/store/staged';
import { ModelError } from '../../errors';
import type { FileStore, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { KEPT_LOCK } from '../registry/buildPlaces';
import { isAsStated } from '../registry/published';
import { RUNTIMES } from '../runtimes/runtimes';
import { readModelState, type StateTools } from './readModelState';
import { record } from './reconcile';
import type { RuntimeChoice } from './runtimeChoice';

/** The code that only a removal, and its way back, needs. */
const loadKeeping = () => loadPart('keepRemoved', () => import('../../download/keepRemoved'));

const loadMoving = () => loadPart('moveModel', () => import('../../download/move/moveModel'));

export interface Removal {
  /**
   * Whether the model is kept, so that `bringBack` needs no network: for a day, or until a download needs the room. False
   * by default: its files are deleted, and what was kept of it, too.
   */
  canComeBack?: boolean;
}

export interface RemovalParts extends StateTools {
  settings: ModelSettingsStore;
  runtimes: Pick<RuntimeChoice, 'expect'>;
  /** Waits until no other owner works on the model's folder, and updates what is shown after the work. */
  withFolder(config: LlmModelConfig, work: () => Promise<void>): Promise<void>;
  kept: KeptTools;
  /** Ends the download of a newer version, and removes it. */
  versions: { discard(config: LlmModelConfig): Promise<void> };
}

export function createRemovals(parts: RemovalParts) {
  const { files, settings, runtimeOf, withFolder, kept } = parts;
  return {
    deleteModel: (config: LlmModelConfig, { canComeBack = false }: Removal = {}) =>
      withFolder(config, async () => {
        const runtime = runtimeOf(config);
        const home = (await readHomes(files))[config.folderName];
        if (home) await (await loadMoving()).forgetMove(kept, config.folderName);
        await parts.versions.discard(config);
        const isKept =
          canComeBack && (await (await loadKeeping()).keepRemoved(kept, config, runtime));
        if (!isKept) await uninstall(files, config, runtime);
        await removeStaged(files, config, runtime);
        if (!canComeBack) await deleteAllKept(kept, config);
        if (!canComeBack && home) await (await loadMoving()).goHome(kept, config.folderName);
        await settings.removeDownloadedModel(config.modelId);
      }),

    async bringBack(config: LlmModelConfig): Promise<void> {
      const runtime = await keptRuntime(parts, config);
      if (runtime !== runtimeOf(config)) parts.runtimes.expect(config, runtime);
      await withFolder(config, async () => {
        await (await loadKeeping()).bringBack(kept, config, runtime);
        await removeStaged(files, config, runtime);
        const state = await readModelState(parts, config);
        if (state.kind === 'installed') await record(settings, { config, runtime, state });
      });
    },
  };
}

/** The runtime of the build that comes back: the model's present one, where that was removed. */
async function keptRuntime(
  { kept, runtimeOf }: RemovalParts,
  config: LlmModelConfig,
): Promise<Runtime> {
  const present = runtimeOf(config);
  for (const runtime of [present, ...RUNTIMES]) {
    if (await findRemoved(kept, config, runtime)) return runtime;
  }
  throw new ModelError('MODEL_MISSING', { modelId: config.modelId });
}

async function deleteAllKept({ files, peers }: KeptTools, { folderName }: LlmModelConfig) {
  const ofModel = async () =>
    (await listKept(files)).filter((each) => each.folderName === folderName);
  if ((await ofModel()).length === 0) return;
  await peers.withLock(KEPT_LOCK, async () => {
    for (const each of await ofModel()) await deleteKept(files, each);
  });
}

/**
 * Brings a removed build back in place of a download, where the model isn't installed and the removed build has the files
 * that the registry or catalog states. True where it came back. The caller holds the model's lock.
 */
export async function bringBackIfPublished(
  kept: KeptTools & { files: FileStore },
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<boolean> {
  const removed = await findRemoved(kept, config, runtime);
  if (!removed || !isAsStated(config, runtime, removed.files)) return false;
  if ((await readManifest(kept.files, config.folderName, runtime)) !== undefined) return false;
  await (await loadKeeping()).bringBack(kept, config, runtime);
  return true;
}
