/** `modelshelf export` and `modelshelf import --list`: the lock’s models as a list, and a list into the lock. */
import { writeFile } from 'node:fs/promises';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { formatCatalog } from '../../lib/ai/registry/catalogText';
import { parseEntries, type CatalogProblem } from '../../lib/ai/registry/catalog';
import { formatCount, printable } from '../../lib/components/words/words';
import { isModelError, toFailure } from '../../lib/errors';
import { reasonOf } from '../../lib/platform/node/nodeErrors';
import { readCatalogFile } from '../cli/readCatalog';
import type { Reporter } from '../cli/reporter';
import { UsageError } from '../cli/usageError';
import { existingLock } from './install';
import { LockError } from './lock/lockError';
import { changeLock, readLock, type Lock, type LockEntry } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

/**
 * Writes the lock's models as a catalog of version 2, to a file or to standard output. Resolves with the exit code.
 * @throws LockError
 */
export async function exportList(
  { lockPath, exportPath }: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const { entries } = await existingLock(lockPath, hubEndpoint);
  const text = formatCatalog(entries.map(withoutAcceptance));
  if (exportPath === undefined) {
    process.stdout.write(text);
    return 0;
  }
  try {
    await writeFile(exportPath, text);
  } catch (error) {
    throw new LockError(`${exportPath} can’t be written: ${reasonOf(error)}`);
  }
  const count = entries.length;
  const event = { event: 'exported', path: exportPath, models: count };
  reporter.tell(event, `${formatCount(count)} models written to ${printable(exportPath)}`);
  return 0;
}

/**
 * Adds every usable model of a list to the lock; an entry of the same repository is replaced. Resolves with the exit code: 1
 * when an entry was left out. @throws UsageError for a list that can't be read, LockError
 */
export async function importList(
  { lockPath, listPath, isDryRun }: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const { read, problems } = await readList(listPath ?? '', hubEndpoint);
  const left: CatalogProblem[] = [...problems];
  const told: { modelId: string; changed: boolean }[] = [];
  const change = (lock: Lock): LockEntry[] => {
    const entries = new Map(lock.entries.map((entry) => [entry.modelId, entry]));
    for (const { model, entry } of read) {
      const { modelId } = model;
      const { placed, reason } = placeInLock(lock, model, withoutAcceptance(entry));
      if (placed === undefined) {
        left.push({ modelId, reason });
        continue;
      }
      told.push({ modelId, changed: placed !== entries.get(modelId) });
      entries.set(modelId, placed);
    }
    return [...entries.values()];
  };
  if (isDryRun) change(await readLock(lockPath, hubEndpoint));
  else await changeLock(lockPath, hubEndpoint, change);
  for (const { modelId, changed } of told) {
    const done = changed ? (isDryRun ? 'would be written' : 'written') : 'already in the lock';
    reporter.tell({ event: 'imported', modelId, changed, dryRun: isDryRun }, `${modelId}: ${done}`);
  }
  for (const { modelId = 'an entry', reason } of left) {
    reporter.warn(`Left out of the list: ${modelId}: ${reason}`);
  }
  return left.length === 0 ? 0 : 1;
}

/** Nobody accepts a licence by a list: that somebody else accepted it stays with that project. */
function withoutAcceptance(entry: LockEntry): LockEntry {
  const { modelId, acceptedLicense: _, ...others } = entry;
  return { modelId, ...others };
}

/** The lock's entry for a model of the list, which is the same object where nothing changes. */
function placeInLock(
  lock: Lock,
  model: LlmModelConfig,
  entry: LockEntry,
): { placed: LockEntry; reason?: never } | { placed?: never; reason: string } {
  const { modelId, provenance } = model;
  const had = lock.entries.find((each) => each.modelId === modelId);
  if (had === undefined) return { placed: entry };
  if (JSON.stringify(withoutAcceptance(had)) === JSON.stringify(entry)) return { placed: had };
  const known = lock.models.find((each) => each.modelId === modelId)?.provenance?.repository;
  if (known !== provenance?.repository) {
    return { reason: `It is already in the lock, from ${known ?? 'elsewhere'}.` };
  }
  const accepted = had['acceptedLicense'];
  return { placed: accepted === undefined ? entry : { ...entry, acceptedLicense: accepted } };
}

async function readList(path: string, hubEndpoint: string) {
  try {
    return parseEntries(await readCatalogFile(path), hubEndpoint);
  } catch (error) {
    if (!isModelError(error)) throw new UsageError(`${path} can’t be read: ${reasonOf(error)}`);
    const failure = toFailure(error);
    const reason = failure.code === 'CATALOG_INVALID' ? failure.details.reason : failure.code;
    throw new UsageError(`${path} is no list of models: ${reason}`);
  }
}
