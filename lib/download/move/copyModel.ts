/** Copies all files of a model to another volume, each read back there. The model itself stays what and where it is. */
import { MANIFEST_NAMES } from '../../ai/registry/buildPlaces';
import { ModelError } from '../../errors';
import { folderOf, MOVING } from '../../platform/shared/homes';
import { isOwned } from '../../platform/shared/storePath';
import type { Digester, FileEntry, FileRanges, FileStore } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import { sum } from '../plan/plan';
import { parseManifest } from '../store/manifest';
import { digestOf } from '../store/verifyFiles';

/** A copy has this after its name until it was read back. */
const UNCHECKED = '.unchecked';
const STEP_BYTES = 16 * 1024 * 1024;

export interface CopyTools {
  files: FileStore;
  digester: Digester;
  ranges: Pick<FileRanges, 'copy'>;
}

/** Each byte counts twice: when it was copied, and when it was read back. */
export type OnCopied = (doneBytes: number, totalBytes: number) => void;

/** The files of a model that move with it, and those that an earlier move has left on the other volume. */
export interface MovingFiles {
  own: readonly FileEntry[];
  there: readonly FileEntry[];
}

/**
 * All of them. Work folders of owners stay: their owner, or the next one, has to find them where they are.
 * @throws ModelError PLACE_MISSING, STORAGE_UNAVAILABLE where some might be missing
 */
export async function findMoving(files: FileStore, folder: string): Promise<MovingFiles> {
  const entries = await files.list('', (path, failure) => {
    if (folderOf(path) === folder) throw failure;
  });
  // A volume that went away in the middle of that has fewer files, or none; it is still away now.
  await files.list(folder);
  const inside = (path: string) => path.slice(MOVING.length + 1);
  const isThere = ({ path }: FileEntry) => path.startsWith(`${MOVING}/`);
  return {
    own: entries.filter((entry) => folderOf(entry.path) === folder && !isOwned(entry.path)),
    there: entries.filter((entry) => isThere(entry) && folderOf(inside(entry.path)) === folder),
  };
}

/** What is still to be written there. */
export function missingBytes({ own, there }: MovingFiles): number {
  return Math.max(0, bytesOf(own) - bytesOf(there));
}

/**
 * Resolves when every file of the model is also on the other volume, durable and read back, and nothing else of it is
 * there. Continues with what an earlier call has copied. A file that a manifest names has its digest; any other one has
 * that of its source. @throws ModelError HASH_MISMATCH where the model itself is damaged; NO_SPACE, PLACE_MISSING, DISK_IO;
 * AbortError, with what was copied kept
 */
export async function copyModel(
  tools: CopyTools,
  { folder, onCopied }: { folder: string; onCopied: OnCopied },
  signal: AbortSignal,
): Promise<void> {
  const { files } = tools;
  const moving = await findMoving(files, folder);
  const digests = await statedDigests(files, moving.own);
  const totalBytes = 2 * bytesOf(moving.own);
  let before = 0;
  for (const { path, sizeBytes } of moving.own) {
    const onDone = (doneBytes: number) => {
      onCopied(before + doneBytes, totalBytes);
    };
    const file = { path, sizeBytes, expected: digests.get(path) };
    await copyFile(tools, file, { had: moving.there, onDone, signal });
    before += 2 * sizeBytes;
  }
  const wanted = new Set(moving.own.map(({ path }) => `${MOVING}/${path}`));
  for (const { path } of moving.there) if (!wanted.has(path)) await files.remove(path);
}

/**
 * Removes all that a move has copied, or has left behind: the files on the model's other volume.
 * @throws ModelError PLACE_MISSING where some might be left
 */
export async function removeThere(files: FileStore, folder: string): Promise<void> {
  const { there } = await findMoving(files, folder);
  // As in `findMoving`.
  await files.list(`${MOVING}/${folder}`);
  const tops = there.map(({ path }) => {
    const [moving = '', first = '', second = ''] = path.split('/');
    return first.startsWith('.') ? `${moving}/${first}/${second}` : `${moving}/${first}`;
  });
  for (const top of new Set(tops)) await files.remove(top);
}

interface Copying {
  path: string;
  sizeBytes: number;
  /** Undefined where no manifest names the file. */
  expected: string | undefined;
}

interface Follow {
  had: readonly FileEntry[];
  onDone: (doneBytes: number) => void;
  signal: AbortSignal;
}

async function copyFile(tools: CopyTools, file: Copying, follow: Follow): Promise<void> {
  const { files, digester } = tools;
  const { path, sizeBytes } = file;
  const { had, onDone, signal } = follow;
  const [target, unchecked] = [`${MOVING}/${path}`, `${MOVING}/${path}${UNCHECKED}`];
  const sizeOf = (name: string) => had.find((entry) => entry.path === name)?.sizeBytes;
  const read = (name: string, onProgress?: (readBytes: number) => void) =>
    digestOf(digester, {
      ...{ path: name, algorithm: 'sha256', sizeBytes, signal },
      ...(onProgress && { onProgress }),
    });
  const expected = file.expected ?? (await read(path));
  const check = (name: string) =>
    read(name, (readBytes) => {
      onDone(sizeBytes + readBytes);
    });
  // The model may have changed since it was copied.
  if (sizeOf(target) === sizeBytes && (await check(target)) === expected) return;
  for (const startBytes of [resumeAt(sizeOf(unchecked), sizeBytes), 0]) {
    if (startBytes === 0) await files.remove(unchecked);
    await copyBytes(tools, { ...file, to: unchecked, startBytes }, follow);
    if ((await check(unchecked)) === expected) return files.move(unchecked, target);
    // What an earlier run wrote isn't durable, so a power cut may have damaged it: once more from the beginning.
    if (startBytes === 0) break;
  }
  const actual = await read(unchecked);
  await files.remove(unchecked);
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  throw new ModelError('HASH_MISMATCH', { fileName, expected, actual });
}

function resumeAt(hadBytes: number | undefined, sizeBytes: number): number {
  if (hadBytes === undefined || hadBytes > sizeBytes) return 0;
  return Math.floor(hadBytes / STEP_BYTES) * STEP_BYTES;
}

async function copyBytes(
  { files, ranges }: CopyTools,
  { path, sizeBytes, to, startBytes }: Copying & { to: string; startBytes: number },
  { onDone, signal }: Follow,
): Promise<void> {
  if (sizeBytes === 0) await files.writeText(to, '');
  for (let position = startBytes; position < sizeBytes;) {
    throwIfAborted(signal);
    const endBytes = Math.min(sizeBytes, position + STEP_BYTES);
    await ranges.copy(path, to, [{ startBytes: position, endBytes, toBytes: position }]);
    position = endBytes;
    onDone(position);
  }
}

/** By path, of all builds of the model: the installed, the earlier, the waiting, the removed. */
async function statedDigests(
  files: FileStore,
  own: readonly FileEntry[],
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const { path } of own) {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (!MANIFEST_NAMES.includes(path.slice(parent.length + 1))) continue;
    const manifest = parseManifest(await files.readText(path));
    for (const { fileName, sha256 } of manifest?.files ?? [])
      digests.set(`${parent}/${fileName}`, sha256);
  }
  return digests;
}

function bytesOf(entries: readonly FileEntry[]): number {
  return sum(entries.map(({ sizeBytes }) => sizeBytes));
}
