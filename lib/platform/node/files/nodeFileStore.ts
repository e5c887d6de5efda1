/** The models folder on a disk: durable writes, atomic renames, and links followed only for reading. */
import { constants } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { ModelError } from '../../../errors';
import { isOwned, storeSegments } from '../../shared/storePath';
import type { FileStore } from '../../types';
import { createNodeRecords } from './nodeRecords';
import { diskError, isAbsent, type DiskContext } from '../nodeErrors';
import { freeBytesAt } from './nodeFreeBytes';
import { listOnVolumes } from './listOnVolumes';
import {
  FILE_MODE,
  makeFolder,
  makePrivate,
  NO_FOLLOW,
  NO_WAIT,
  placeOf,
  readablePlaceOf,
  siblingOf,
  syncFile,
  syncFolder,
} from './nodePaths';
import { findVolume } from './nodeVolumes';

const MAX_TEXT_BYTES = 1024 * 1024;

export interface NodeFileStore extends FileStore {
  /** Closes records that were just appended to at or below a path. */
  closeBelow(path: string): Promise<void>;
  close(): Promise<void>;
}

/** `root` is an absolute path; the first write makes the folder. */
export function createNodeFileStore(root: string): NodeFileStore {
  const records = createNodeRecords();
  /** The path of the last append, cached because a journal is appended to a thousand times per GiB. */
  let last = { path: '', place: root };
  const knownPlace = (path: string) => {
    if (last.path !== path) last = { path, place: join(root, ...storeSegments(path)) };
    return last.place;
  };
  return {
    list: (folder, onUnreadable) => listOnVolumes(root, folder, onUnreadable),

    readText: (path) =>
      translated({ path }, async () => readSmall(await readablePlaceOf(root, path))),

    writeText: (path, text) => {
      const neededBytes = Buffer.byteLength(text);
      return translated({ path, neededBytes }, async () => {
        const place = await placeOf(root, path);
        await makeFolder(root, dirname(place));
        await records.closeBelow(place);
        await replaceFile(place, text);
      });
    },

    append: ({ path, text, durableAfter }) =>
      translated({ path, neededBytes: Buffer.byteLength(text) }, async () => {
        const known = knownPlace(path);
        const place = records.isOpen(known) ? known : await placeOf(root, path);
        // The file that the record describes may not exist yet.
        if (durableAfter !== undefined) {
          await syncFile(await placeOf(root, durableAfter)).catch(ignoreAbsent);
        }
        const isDurable = durableAfter !== undefined;
        try {
          await records.append(place, text, isDurable);
        } catch (error) {
          if (!isAbsent(error)) throw error;
          await makeFolder(root, dirname(place));
          await records.append(place, text, isDurable);
        }
      }),

    move: (from, to) =>
      translated({ path: from }, async () => {
        const source = await placeOf(root, from);
        const target = await placeOf(root, to);
        await records.closeBelow(source);
        await records.closeBelow(target);
        await syncFile(source);
        await makeFolder(root, dirname(target));
        const [old, next] = [await findVolume(root, from), await findVolume(root, to)];
        if (old.volume === next.volume) await rename(source, target);
        else await moveToVolume(source, target);
        // An owner will write to this file, and its other hard links belong to other programs.
        if (isOwned(to)) await makePrivate(target);
        await syncFolder(dirname(target));
        if (dirname(source) !== dirname(target)) await syncFolder(dirname(source));
      }),

    remove: (path) =>
      translated({ path }, async () => {
        if (path === '') throw new ModelError('NAME_INVALID', { name: path });
        const place = await placeOf(root, path);
        await records.closeBelow(place);
        await rm(place, { recursive: true, force: true });
        await syncFolder(dirname(place)).catch(ignoreAbsent);
      }),

    async freeBytes(path = '') {
      const found = await findVolume(root, path).catch(() => undefined);
      return found && freeBytesAt(found.volume);
    },

    closeBelow: async (path) => {
      const found = await findVolume(root, path).catch(() => undefined);
      if (found) await records.closeBelow(join(found.volume, ...storeSegments(found.path)));
    },

    close: () => records.closeBelow(root),
  };
}

/** The copy has its name only when it is whole and durable. */
async function moveToVolume(source: string, target: string): Promise<void> {
  const sibling = siblingOf(target);
  try {
    await copyFile(source, sibling, constants.COPYFILE_EXCL);
    await syncFile(sibling);
    await rename(sibling, target);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
  await rm(source);
}

async function translated<T>(context: DiskContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, context);
  }
}

function ignoreAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}

async function readSmall(place: string): Promise<string | undefined> {
  try {
    // To open a named pipe without a writer would block for ever.
    const handle = await open(place, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return undefined;
      const buffer = Buffer.alloc(Math.min(MAX_TEXT_BYTES, stats.size));
      const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function replaceFile(place: string, text: string): Promise<void> {
  const sibling = siblingOf(place);
  try {
    const handle = await open(sibling, 'wx', FILE_MODE);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(sibling, place);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
}
