/** The models folder in the browser's private file system. Runs in a worker: only there are handles synchronous. */
import { ModelError } from '../../../errors';
import { storeSegments } from '../../shared/storePath';
import { toldBy, toldNumber } from '../../shared/told';
import type { AppendRequest, Clock, FileEntry } from '../../types';
import type { OpenFiles } from './openFiles';
import { findFile, findFolder, findPlace, makePlace, unlessAbsent } from './opfsPaths';
import { hasName, translating, whenReleased } from './storageErrors';

const LARGEST_TEXT_BYTES = 1024 * 1024;
/** Temporary files: a record of this store before its move, and the browser's file for a `createWritable`. */
const TEMPORARY = /\.(~saving-[0-9a-f-]{36}|crswap)$/;
/** A temporary file this old was left by a tab that died. */
const STALE_AFTER_MS = 60_000;

/** TypeScript doesn't know `move` yet; it atomically replaces a file of that name. */
interface MovableFile {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** The FileStore port's methods, as a worker serves them. See the port for the contracts. */
export function createOpfsFileStore(
  root: FileSystemDirectoryHandle,
  { openFiles, clock }: { openFiles: OpenFiles; clock: Clock },
) {
  const move = async (from: string, to: string): Promise<void> => {
    const file = await findFile(root, from);
    if (!file) throw new ModelError('DISK_IO', { path: from, reason: 'there is no such file' });
    const place = await makePlace(root, to);
    await whenReleased(clock, () => {
      openFiles.closeBelow(from);
      openFiles.closeBelow(to);
      return (file as unknown as MovableFile).move(place.folder, place.name);
    });
  };

  return {
    async list(folder: string): Promise<FileEntry[]> {
      const segments = storeSegments(folder);
      try {
        const directory = await findFolder(root, segments);
        return directory
          ? await listFiles(directory, folder === '' ? '' : `${folder}/`, clock)
          : [];
      } catch (cause) {
        const reason = cause instanceof Error ? cause.name : 'unreadable';
        throw new ModelError('STORAGE_UNAVAILABLE', { reason }, { cause });
      }
    },

    readText(path: string): Promise<string | undefined> {
      openFiles.closeBelow(path);
      return translating(path, () => readRecord(root, path));
    },

    writeText: ({ path, text }: { path: string; text: string }) =>
      translating(path, async () => {
        storeSegments(path);
        const temporary = `${path}.~saving-${crypto.randomUUID()}`;
        const bytes = new TextEncoder().encode(text);
        await openFiles.withFile(temporary, (file) => {
          file.write(bytes, 0);
          file.flush();
        });
        await move(temporary, path);
      }),

    async append({ path, text, durableAfter }: AppendRequest): Promise<void> {
      storeSegments(path);
      // The file that the record describes may not exist yet.
      if (durableAfter !== undefined) await openFiles.flush(durableAfter);
      const bytes = new TextEncoder().encode(text);
      await openFiles.withRecord(path, (file) => {
        file.write(bytes, file.sizeBytes);
        if (durableAfter !== undefined) file.flush();
      });
    },

    move: ({ from, to }: { from: string; to: string }) =>
      translating(to, async () => {
        // Under its new name the file counts as complete, so its bytes have to survive a power cut.
        await openFiles.flush(from);
        await move(from, to);
      }),

    remove: (path: string) =>
      translating(path, async () => {
        const place = await findPlace(root, path);
        if (!place) return;
        await whenReleased(clock, () => {
          openFiles.closeBelow(path);
          return unlessAbsent(place.folder.removeEntry(place.name, { recursive: true }));
        });
      }),

    async freeBytes(): Promise<number | undefined> {
      // An estimate: a browser may enforce a lower limit, which is then noticed when a write fails.
      const { storage } = navigator as { storage?: Partial<StorageManager> };
      const told = await toldBy(() => storage?.estimate?.())?.catch(() => undefined);
      const [quota, usage] = [toldNumber(told?.quota, 1), toldNumber(told?.usage)];
      return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
    },
  };
}

/** How often a record may be replaced during a read before this counts as an error of the disk. */
const MOST_READS = 20;

async function readRecord(
  root: FileSystemDirectoryHandle,
  path: string,
): Promise<string | undefined> {
  for (let reads = 1; ; reads += 1) {
    const handle = await findFile(root, path);
    try {
      const file = handle && (await unlessAbsent(handle.getFile()));
      return await file?.slice(0, LARGEST_TEXT_BYTES).text();
    } catch (error) {
      // A `File` refers to the bytes at the time of `getFile`: after a replacement it can't be read, but the new file
      // can.
      const isReplaced = hasName(error, 'NotReadableError') || hasName(error, 'NotFoundError');
      if (!isReplaced || reads === MOST_READS) throw error;
    }
  }
}

async function listFiles(
  folder: FileSystemDirectoryHandle,
  prefix: string,
  clock: Clock,
): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for await (const [name, handle] of folder.entries()) {
    const path = `${prefix}${name}`;
    if (handle.kind === 'directory') {
      entries.push(...(await listFiles(handle, `${path}/`, clock)));
      continue;
    }
    const file = await unlessAbsent(handle.getFile());
    // Undefined when another tab has removed the file since the folder was read.
    if (!file) continue;
    const { size, lastModified } = file;
    const version = `${String(size)}-${String(lastModified)}`;
    const entry = { path, sizeBytes: size, usedBytes: size, isLink: false, version };
    if (!TEMPORARY.test(name)) entries.push(entry);
    else if (clock.nowMs() - file.lastModified > STALE_AFTER_MS) await removeStale(folder, name);
  }
  return entries;
}

async function removeStale(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch {
    // The file is in use after all, or gone. It isn't listed in any case, and the next listing tries again.
  }
}
