/** The models folder in the browser's private file system. Runs in a worker: only there are handles synchronous. */
import { ModelError } from '../../../errors';
import { storeSegments } from '../../shared/storePath';
import { toldBy, toldNumber } from '../../shared/told';
import type { AppendRequest, Clock, FileEntry } from '../../types';
import type { OpenFiles } from './openFiles';
import { findFile, findFolder, findPlace, makePlace, unlessAbsent } from './opfsPaths';
import { hasName, translating, whenReleased } from './storageErrors';

const LARGEST_TEXT_BYTES = 1024 * 1024;
/** Files on their way: a record of ours before its move, and a `createWritable` of the browser's. */
const TEMPORARY = /\.(~saving-[0-9a-f-]{36}|crswap)$/;
/** A temporary file this old was left by a tab that died. */
const STALE_AFTER_MS = 60_000;

/** TypeScript doesn't know `move` yet; it replaces a file of that name at once. */
interface MovableFile {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** The FileStore port's methods as a worker serves them; the contracts are the port's. */
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
      // Nothing may have been written yet of what the record is about.
      if (durableAfter !== undefined) await openFiles.flush(durableAfter);
      const bytes = new TextEncoder().encode(text);
      await openFiles.withRecord(path, (file) => {
        file.write(bytes, file.sizeBytes);
        if (durableAfter !== undefined) file.flush();
      });
    },

    move: ({ from, to }: { from: string; to: string }) =>
      translating(to, async () => {
        // A name vouches for its bytes, after a power cut too.
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
      // An estimate even where a browser enforces less: the end of the space is found by writing.
      const { storage } = navigator as { storage?: Partial<StorageManager> };
      const told = await toldBy(() => storage?.estimate?.())?.catch(() => undefined);
      const [quota, usage] = [toldNumber(told?.quota, 1), toldNumber(told?.usage)];
      return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
    },
  };
}

/** Times that a record may be replaced under its reader before that is taken for a fault of the disk. */
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
      // A `File` is of the bytes it was got for: replaced since, it can't be read, its successor can.
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
    // Undefined when another tab removed it since the folder was read.
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
    // Held after all, or gone: it is hidden either way, and the next listing tries again.
  }
}
