/** Several renames that count as one: a record, written before the first, lets the next start finish what a death split. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import { isPortableName } from '../../platform/shared/storePath';
import type { FileStore } from '../../platform/types';
import { parseJson } from '../plan/plan';

export type Rename = readonly [from: string, to: string];

/**
 * Renames that are done in order. All names that they read exist before the first of them, and none of them writes a name
 * that a later one reads: so the last missing name tells how far an earlier run came.
 */
export type Batch = readonly Rename[];

export const RENAMES_NAME = 'renames.json';

const path = v.pipe(
  v.string(),
  v.check((text) => text.split('/').every(isPortableName)),
);
const recordSchema = v.object({
  version: v.literal(1),
  batches: v.array(v.array(v.tuple([path, path]))),
});

/**
 * Does the renames of all batches. If one of the first batch fails, those before it are undone and it rejects with that
 * failure. Once the first batch is done, the rest follows now or at the next start.
 * @throws ModelError STORAGE_BUSY, DISK_IO, NO_SPACE
 */
export async function renameAll(
  files: FileStore,
  record: string,
  batches: readonly Batch[],
): Promise<void> {
  await files.writeText(record, JSON.stringify({ version: 1, batches }));
  const done: Rename[] = [];
  try {
    for (const [from, to] of batches[0] ?? []) {
      await files.move(from, to);
      done.push([from, to]);
    }
  } catch (error) {
    for (const [from, to] of done.reverse()) await files.move(to, from);
    await files.remove(record);
    throw error;
  }
  await finishRenames(files, record);
}

/** Finishes what a record states, if there is one; true when there was one. Idempotent. */
export async function finishRenames(files: FileStore, record: string): Promise<boolean> {
  const text = await files.readText(record);
  if (text === undefined) return false;
  const parsed = v.safeParse(recordSchema, parseJson(text));
  // Records are written as a whole. Without a readable one, nothing tells which version every file is of.
  if (!parsed.success) throw new ModelError('DISK_IO', { path: record, reason: 'damaged record' });
  let { batches } = parsed.output;
  for (;;) {
    const [first, ...rest] = batches;
    if (first === undefined) break;
    for (const [from, to] of await missingOf(files, first)) await files.move(from, to);
    if (rest.length > 0)
      await files.writeText(record, JSON.stringify({ version: 1, batches: rest }));
    batches = rest;
  }
  await files.remove(record);
  return true;
}

/** The renames of a batch that aren't done. */
async function missingOf(files: FileStore, batch: Batch): Promise<Batch> {
  const folders = new Set(batch.map(([from]) => from.slice(0, from.lastIndexOf('/'))));
  const present = new Set<string>();
  for (const folder of folders) {
    for (const entry of await files.list(folder)) present.add(entry.path);
  }
  const lastDone = batch.findLastIndex(([from]) => !present.has(from));
  return batch.slice(lastDone + 1);
}
