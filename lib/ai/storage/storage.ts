/** Reads what occupies the storage, and deletes one thing of it. Loaded at its first use. */
import { KEPT_LOCK, updateLock } from '../registry/buildPlaces';
import { ifFree } from '../../download/flow/ifFree';
import { ModelError } from '../../errors';
import { readHomes } from '../../download/store/volumes';
import { listKept } from '../../download/store/keptBuilds';
import type { AppStorage, Clock, FileStore, FolderLock, Host, Peers } from '../../platform/types';
import { clearPlace, IMPORT_LOCK } from '../imports/importPlace';
import { folderLock } from '../manage/reconcile';
import type { ModelManager } from '../modelManager';
import type { Registry } from '../registry/registry';
import { RUNTIMES, TRAITS } from '../runtimes/runtimes';
import type { ModelMarks } from '../settings/modelMarks';
import { planRoom, type RoomPlan, type RoomQuestion } from './planRoom';
import { accountStorage, type StorageAccount, type StoredItem } from './accountStorage';

export interface StorageReport extends StorageAccount {
  /** As the device counts it: bytes of kept builds aren't free yet. Undefined where the host doesn't tell. */
  deviceFreeBytes: number | undefined;
  /** What the app keeps beside the store; its numbers are undefined where the host doesn't tell them. */
  app: AppStorage;
}

export interface StorageParts {
  files: FileStore;
  peers: Peers;
  clock: Pick<Clock, 'nowMs'>;
  host: Pick<Host, 'appStorage'>;
  registry: Pick<Registry, 'getModels' | 'find'>;
  manager: Pick<
    ModelManager,
    'getSnapshot' | 'deleteModel' | 'cancelDownload' | 'cancelMove' | 'runtimeOf' | 'refreshStorage'
  >;
  marks: Pick<ModelMarks, 'getSnapshot'>;
  /** The models that are held at their version. */
  heldIds: () => readonly string[];
}

const NOTHING_TOLD: AppStorage = { databaseBytes: undefined, cacheBytes: undefined };

/** @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function readStorage(parts: StorageParts): Promise<StorageReport> {
  const { files, host, registry, manager, marks } = parts;
  const entries = await files.list('');
  const used = marks.getSnapshot();
  const account = accountStorage({
    ...{ entries, models: registry.getModels(), states: manager.getSnapshot().states },
    kept: await listKept(files, entries),
    homes: await readHomes(files),
    lastUsedAt: (modelId) => used[modelId]?.lastUsedAt,
  });
  const app = (await host.appStorage?.()) ?? NOTHING_TOLD;
  return { ...account, deviceFreeBytes: await files.freeBytes(), app };
}

/** Favourites and held models are never offered, and none of `keptIds`. Deletes nothing. @throws ModelError as `readStorage` */
export async function planMoreRoom(
  parts: StorageParts,
  { wantedBytes, keptIds }: Pick<RoomQuestion, 'wantedBytes' | 'keptIds'>,
): Promise<RoomPlan> {
  const { manager, marks, clock } = parts;
  const { items } = await readStorage(parts);
  const favourites = Object.entries(marks.getSnapshot()).filter(([, mark]) => mark.isFavourite);
  return planRoom({
    ...{ items, states: manager.getSnapshot().states, wantedBytes, nowMs: clock.nowMs() },
    keptIds: new Set([...keptIds, ...parts.heldIds(), ...favourites.map(([modelId]) => modelId)]),
  });
}

/**
 * Deletes one thing of the storage for good. It is looked at once more: what is no longer there, or has become another
 * kind of thing, stays. @throws ModelError STORAGE_BUSY where that is so, or another owner is at work; DISK_IO; as
 * `ModelManager.deleteModel`
 */
export async function discard(
  parts: StorageParts,
  { path, kind }: Pick<StoredItem, 'path' | 'kind'>,
): Promise<void> {
  const { items } = await readStorage(parts);
  const item = items.find((each) => each.path === path);
  if (item?.kind !== kind) throw new ModelError('STORAGE_BUSY', { path });
  await discardNow(parts, item);
  await parts.manager.refreshStorage();
}

async function discardNow(parts: StorageParts, item: StoredItem): Promise<void> {
  const { files, peers, manager, registry } = parts;
  const { path, kind } = item;
  const config = item.modelId === undefined ? undefined : registry.find(item.modelId);
  const remove = () => files.remove(path);
  switch (kind) {
    case 'model':
      if (config) await manager.deleteModel(config);
      return;
    case 'removed':
    case 'earlier':
      return peers.withLock(KEPT_LOCK, remove);
    case 'download':
      // Ends a transfer that runs, too.
      if (config) await manager.cancelDownload(config);
      return underLock(parts, item, remove);
    case 'update':
    case 'leftover':
      return underLock(parts, item, remove);
    case 'import':
      return peers.withLock(IMPORT_LOCK, () => clearPlace(parts));
    case 'unknown':
      return remove();
    default:
      return discardMove(parts, item);
  }
}

/** @throws ModelError STORAGE_BUSY for a record, which the store needs */
async function discardMove({ manager, registry }: StorageParts, item: StoredItem): Promise<void> {
  const { path, kind, modelId = '' } = item;
  const config = kind === 'move' ? registry.find(modelId) : undefined;
  if (config === undefined) throw new ModelError('STORAGE_BUSY', { path });
  await manager.cancelMove(config);
}

/** Runs `work` while nobody else works on the files of the model. @throws ModelError STORAGE_BUSY where somebody does */
async function underLock({ peers }: StorageParts, item: StoredItem, work: () => Promise<void>) {
  const isDone = await ifFree((options) => peers.withFolder(lockOf(item), work, options));
  if (!isDone) throw new ModelError('STORAGE_BUSY', { path: item.path });
}

function lockOf({ path, kind }: StoredItem): FolderLock {
  const [place = '', folderName = ''] = path.split('/');
  // In `.staging-executorch` and `.staging-update-executorch`, the last part is the runtime's.
  const suffix = place.replace(/^\.[a-z]+/, '').replace(/^-update(?=-|$)/, '');
  const runtime = RUNTIMES.find((each) => TRAITS[each].folderSuffix === suffix) ?? 'llama.cpp';
  if (kind === 'update') return updateLock({ folderName }, runtime);
  return folderLock({ folderName }, runtime);
}
