/** Files that a person named, on a computer’s disk: cloned, hard-linked or copied into the store. */
import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import {
  access,
  copyFile,
  link,
  open,
  realpath,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { abortError, ModelError } from '../../../errors';
import type { BringRequest, BroughtFile, GivenFile, PickedFile, PickedFiles } from '../../types';
import { diskError, isAbsent, systemCode } from '../nodeErrors';
import {
  FILE_MODE,
  makeFolder,
  NO_FOLLOW,
  NO_WAIT,
  placeOf,
  syncFile,
  syncFolder,
} from './nodePaths';

const CHUNK_BYTES = 1024 * 1024;

/** The two ways to share bytes; a test replaces them to stand for other file systems. */
export interface Sharing {
  clone(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
}

const SHARING: Sharing = {
  clone: (from, to) =>
    copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL),
  async link(from, to) {
    // A file that can’t be opened for writing can’t be made durable, and some systems refuse a link to it anyway.
    await access(from, constants.R_OK | constants.W_OK);
    await link(from, to);
  },
};

/** A link is followed to its file: the snapshots in the hub’s own cache are links. */
export function createNodePickedFiles(root: string, sharing: Sharing = SHARING): PickedFiles {
  const pickedFiles: PickedFiles = {
    async openBeside(given, name) {
      // The folder of a link, and not of its file: in the hub’s cache only links have names.
      const beside = join(dirname(pathOf(given)), name);
      const isThere = await access(beside).then(
        () => true,
        () => false,
      );
      return isThere ? pickedFiles.open(beside) : undefined;
    },
    async open(given) {
      const named = typeof given === 'string' ? given : given.name;
      try {
        const path = pathOf(given);
        const place = await realpath(path);
        // A file of the hub’s cache has its name only on the link.
        return await pickedFile({ root, place, name: basename(path), sharing });
      } catch (error) {
        throw isAbsent(error)
          ? new ModelError('DISK_IO', { path: named, reason: 'no such file' }, { cause: error })
          : diskError(error, { path: named });
      }
    },
  };
  return pickedFiles;
}

function pathOf(given: GivenFile): string {
  const named = typeof given === 'string' ? given : given.name;
  return named.startsWith('file:') ? fileURLToPath(named) : named;
}

interface Picked {
  root: string;
  /** The absolute path of the file itself. */
  place: string;
  name: string;
  sharing: Sharing;
}

async function pickedFile(picked: Picked): Promise<PickedFile> {
  const { place, name } = picked;
  const opened = await stat(place, { bigint: true });
  if (!opened.isFile()) {
    const reason = opened.isDirectory() ? 'it is a folder' : 'it is no file';
    throw new ModelError('IMPORT_REFUSED', { fileName: name, problem: 'not-a-model', reason });
  }
  const requireSame = async () => {
    const now = await stat(place, { bigint: true }).catch(() => undefined);
    if (now === undefined || !isSame(opened, now)) throw changed(name);
  };
  return {
    name,
    sizeBytes: Number(opened.size),
    read: (startBytes, lengthBytes) =>
      translated(name, 0, async () => {
        await requireSame();
        const handle = await open(place, constants.O_RDONLY | NO_WAIT);
        try {
          const buffer = Buffer.alloc(lengthBytes);
          return buffer.subarray(0, await readFully(handle, buffer, startBytes));
        } finally {
          await handle.close();
        }
      }),
    bringTo: (request, signal) =>
      translated(request.path, Number(opened.size), async () => {
        const to = await placeOf(picked.root, request.path);
        await makeFolder(picked.root, dirname(to));
        try {
          await requireSame();
          const brought = await bring(picked, { ...request, to }, signal);
          // The digest of a file that is written to meanwhile is that of no version of it.
          await requireSame();
          await syncFolder(dirname(to));
          return brought;
        } catch (error) {
          await rm(to, { force: true });
          throw error;
        }
      }),
  };
}

/** A new link to a file changes the time of its status, so that this time says nothing. */
function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.dev === other.dev &&
    one.ino === other.ino &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs
  );
}

async function bring(
  { place, sharing }: Picked,
  { to, mayShare, onProgress }: BringRequest & { to: string },
  signal: AbortSignal,
): Promise<BroughtFile> {
  if (mayShare && (await isDone(() => sharing.clone(place, to)))) {
    await syncFile(to);
    return { how: 'cloned', sha256: undefined };
  }
  if (mayShare && (await isDone(() => sharing.link(place, to)))) {
    return { how: 'linked', sha256: undefined };
  }
  return { how: 'copied', sha256: await copy({ place, to, onProgress }, signal) };
}

/** The file system can’t do it, the two places are on two volumes, or the file belongs to another user. */
const CANT_SHARE = new Set([
  ...['EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'ENOTTY', 'EBADF'],
  ...['EPERM', 'EACCES', 'EMLINK'],
]);

async function isDone(share: () => Promise<void>): Promise<boolean> {
  try {
    await share();
    return true;
  } catch (error) {
    if (CANT_SHARE.has(systemCode(error) ?? '')) return false;
    throw error;
  }
}

async function copy(
  { place, to, onProgress }: { place: string; to: string } & Pick<BringRequest, 'onProgress'>,
  signal: AbortSignal,
): Promise<string> {
  const from = await open(place, constants.O_RDONLY | NO_WAIT);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
    const target = await open(to, flags, FILE_MODE);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (let position = 0; ;) {
        if (signal.aborted) throw abortError();
        const length = await readFully(from, buffer, position);
        if (length === 0) break;
        const chunk = buffer.subarray(0, length);
        hash.update(chunk);
        await writeFully(target, chunk, position);
        position += length;
        onProgress(position);
      }
      await target.sync();
      return hash.digest('hex');
    } finally {
      await target.close();
    }
  } finally {
    await from.close();
  }
}

/** Fills the buffer, unless the file ends; returns the number of bytes read. */
async function readFully(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.byteLength - filled,
      position + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function writeFully(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const { bytesWritten } = await handle.write(
      bytes,
      written,
      bytes.byteLength - written,
      position + written,
    );
    written += bytesWritten;
  }
}

function changed(fileName: string): ModelError {
  return new ModelError('IMPORT_REFUSED', { fileName, problem: 'changed', reason: '' });
}

async function translated<T>(
  path: string,
  neededBytes: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, { path, neededBytes });
  }
}
