/** The lock file: a catalog of version 2 in which every file has a commit, a size and a SHA-256. */
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import * as v from 'valibot';

import { MAX_CATALOG_BYTES, parseCatalog } from '../../../lib/ai/registry/catalog';
import {
  formatCatalog,
  sortedEntries,
  type CatalogEntry,
} from '../../../lib/ai/registry/catalogText';
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { printable } from '../../../lib/components/words/words';
import { createNodeFileStore } from '../../../lib/platform/node/files/nodeFileStore';
import { isAbsent, reasonOf } from '../../../lib/platform/node/nodeErrors';
import { createNodePeers } from '../../../lib/platform/node/peers/nodePeers';
import { decodeText } from '../../../lib/platform/shared/decodeText';
import { systemClock } from '../../../lib/platform/shared/systemClock';
import { findJsonProblem, lineAt } from './jsonProblem';
import { knownModelsPath, writeKnownModels } from './knownModels';
import { LockError } from './lockError';

export const LOCK_NAME = 'models.lock.json';
const VERSION = 2;

export type LockEntry = CatalogEntry;

export interface Lock {
  /** Undefined where there is no file. */
  text: string | undefined;
  /** Sorted by id. */
  entries: readonly LockEntry[];
  /** The same entries, checked. */
  models: readonly LlmModelConfig[];
}

/** @throws LockError that names the line, for a file that can’t be read or isn’t a lock file of this version */
export async function readLock(path: string, hubEndpoint: string): Promise<Lock> {
  const text = await readIfPresent(path);
  if (text === undefined) return { text, entries: [], models: [] };
  const entries = readEntries(path, text);
  const { models, problems } = parseCatalog(text, hubEndpoint);
  for (const { modelId, reason } of problems) {
    throw problemAt(path, text, {
      offset: offsetOf(text, modelId),
      reason: `${modelId ?? 'an entry'}: ${reason}`,
    });
  }
  return { text, entries: sortedEntries(entries), models };
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > MAX_CATALOG_BYTES) throw new LockError(`${path} is larger than 2 MiB.`);
    return decodeText(bytes);
  } catch (error) {
    if (error instanceof LockError) throw error;
    if (isAbsent(error)) return undefined;
    throw new LockError(`${path} can’t be read: ${reasonOf(error)}`);
  }
}

const fileSchema = v.looseObject({
  version: v.number(),
  models: v.array(v.looseObject({ modelId: v.string() })),
});

function readEntries(path: string, text: string): LockEntry[] {
  const conflict = /^(<{7}|={7}|>{7}|\|{7})( |$)/m.exec(text);
  if (conflict) {
    const reason =
      'it has the marks of a merge conflict. Keep the entries of one side or of both, and remove the marks.';
    throw problemAt(path, text, { offset: conflict.index, reason });
  }
  const offset = findJsonProblem(text);
  if (offset !== undefined)
    throw problemAt(path, text, { offset, reason: 'here it stops being JSON.' });
  const file = v.safeParse(fileSchema, JSON.parse(text));
  if (!file.success) {
    throw problemAt(path, text, {
      offset: 0,
      reason: 'it has no version and no models, each with a modelId.',
    });
  }
  const { version, models } = file.output;
  if (version !== VERSION) {
    const place = text.indexOf('"version"');
    const reason = `it is of version ${String(version)}, and this program reads and writes version ${String(VERSION)}.`;
    throw problemAt(path, text, { offset: place, reason });
  }
  return models;
}

/** The place of an entry’s id; the last one, because of two equal ids the second is the problem. */
function offsetOf(text: string, modelId: string | undefined): number {
  if (modelId === undefined) return 0;
  const places = [...text.matchAll(/"modelId"\s*:\s*("(?:[^"\\]|\\.)*")/g)];
  const own = places.filter(([, written = '""']) => JSON.parse(written) === modelId);
  return own.at(-1)?.index ?? 0;
}

function problemAt(
  path: string,
  text: string,
  { offset, reason }: { offset: number; reason: string },
): LockError {
  return new LockError(`${path}, line ${String(lineAt(text, offset))}: ${printable(reason)}`);
}

/**
 * Reads the file, changes its entries and writes it, atomically and only where it differs, with the declarations beside it.
 * Other processes on this computer that change the same file wait. The file isn’t touched when `change` throws.
 * @throws LockError
 */
export async function changeLock(
  path: string,
  hubEndpoint: string,
  change: (lock: Lock) => readonly LockEntry[],
): Promise<void> {
  const place = await placeOf(path);
  const folder = dirname(place);
  const files = createNodeFileStore(folder);
  const peers = createNodePeers({
    modelsFolder: folder,
    clock: systemClock,
    closeBelow: files.closeBelow,
  });
  try {
    await peers.withLock(`lock-file/${basename(place)}`, async () => {
      const lock = await readLock(place, hubEndpoint);
      const entries = change(lock);
      const text = formatCatalog(entries);
      if (lock.text !== text) await files.writeText(basename(place), text);
      const ids = sortedEntries(entries).map(({ modelId }) => modelId);
      await writeKnownModels(files, basename(knownModelsPath(place)), ids);
    });
  } finally {
    await files.close();
  }
}

/** A link is followed, so that the file that it names is replaced and not the link. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // There is no such file yet.
  }
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    throw new LockError(`${path} can’t be written: ${reasonOf(error)}`);
  }
}
