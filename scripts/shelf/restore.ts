/** `modelshelf restore`: removed models back into the lock, then their files into the models folder. */
import { KEPT_ENTRY_NAME, keptPath } from '../../lib/ai/registry/buildPlaces';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { formatCatalog } from '../../lib/ai/registry/catalogText';
import { isModelId } from '../../lib/ai/modelId';
import { printable } from '../../lib/components/words/words';
import { parseJson } from '../../lib/download/plan/plan';
import { listKept } from '../../lib/download/store/keptBuilds';
import { createNodeFileStore } from '../../lib/platform/node/files/nodeFileStore';
import type { Reporter } from '../cli/reporter';
import { UsageError } from '../cli/usageError';
import { onEachRuntime } from './eachRuntime';
import { changeLock, readLock, type LockEntry } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code. @throws UsageError where a model can't come back, LockError */
export async function restore(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const { lockPath, folder, names } = options;
  const kept = await keptEntries(folder, hubEndpoint);
  const gone = names.filter((id) => !kept.has(id));
  if (gone.length > 0) throw new UsageError(cantComeBack(gone, [...kept.keys()]));
  const entries = names.flatMap((id) => kept.get(id) ?? []);
  // First, so that after an interruption the same command goes on.
  await changeLock(lockPath, hubEndpoint, (lock) => [
    ...lock.entries,
    ...entries.filter(({ modelId }) => !lock.entries.some((each) => each.modelId === modelId)),
  ]);
  const { models } = await readLock(lockPath, hubEndpoint);
  const wanted = models.filter(({ modelId }) => names.includes(modelId));
  return onEachRuntime({ task: 'restore', models: wanted, options, reporter });
}

/** The entries in the lock of the models that were removed by `modelshelf remove` and can come back, by id. */
async function keptEntries(
  folder: string,
  hubEndpoint: string,
): Promise<ReadonlyMap<string, LockEntry>> {
  const files = createNodeFileStore(folder);
  const found = new Map<string, LockEntry>();
  try {
    for (const { place, folderName, runtime, keptAt } of await listKept(files)) {
      if (place !== 'removed' || keptAt === undefined) continue;
      const text = await files.readText(
        `${keptPath(place, folderName, runtime)}/${KEPT_ENTRY_NAME}`,
      );
      const entry = parseJson(text) as LockEntry | undefined;
      if (entry !== undefined && isSound(entry, hubEndpoint)) found.set(entry.modelId, entry);
    }
  } finally {
    await files.close();
  }
  return found;
}

/** What lies in the store may have been changed since. */
function isSound(entry: LockEntry, hubEndpoint: string): boolean {
  if (!isModelId(entry.modelId)) return false;
  const { models, problems } = parseCatalog(formatCatalog([entry]), hubEndpoint);
  return models.length === 1 && problems.length === 0;
}

function cantComeBack(gone: readonly string[], kept: readonly string[]): string {
  const names = gone.map(printable).join(', ');
  const list = kept.length === 0 ? 'None can.' : `These can: ${kept.map(printable).join(', ')}.`;
  return `${names} can't come back: not removed here, longer than a day ago, or its room was needed. ${list}`;
}
