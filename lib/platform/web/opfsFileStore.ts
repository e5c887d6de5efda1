/** The models folder in the browser's private file system. Runs in a worker: only there are handles synchronous. */
import { ModelError } from '../../errors';
import { storeSegments } from '../storePath';
import type { Clock, DigestRequest, FileEntry } from '../types';
import { digestStream } from './digestStream';
import { openWriter } from './fileWriter';
import { findFile, findFolder, findPlace, makePlace, unlessAbsent } from './opfsPaths';
import { hasName, translating, whenReleased } from './storageErrors';
import type { CallContext } from './workerCalls';

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
export function createOpfsFileStore(root: FileSystemDirectoryHandle, clock: Clock) {
  const move = async (from: string, to: string): Promise<void> => {
    const file = await findFile(root, from);
    if (!file) throw new ModelError('DISK_IO', { path: from, reason: 'there is no such file' });
    const place = await makePlace(root, to);
    await whenReleased(clock, () =>
      (file as unknown as MovableFile).move(place.folder, place.name),
    );
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

    readText: (path: string) => translating(path, () => readRecord(root, path)),

    writeText: ({ path, text }: { path: string; text: string }) =>
      translating(path, async () => {
        storeSegments(path);
        const temporary = `${path}.~saving-${crypto.randomUUID()}`;
        await writeWhole(temporary, new TextEncoder().encode(text));
        await move(temporary, path);
      }),

    move: ({ from, to }: { from: string; to: string }) => translating(to, () => move(from, to)),

    remove: (path: string) =>
      translating(path, async () => {
        const place = await findPlace(root, path);
        if (!place) return;
        await whenReleased(clock, () =>
          unlessAbsent(place.folder.removeEntry(place.name, { recursive: true })),
        );
      }),

    digest: ({ path, algorithm }: Omit<DigestRequest, 'onProgress'>, context: CallContext) =>
      translating(path, async () => {
        const handle = await findFile(root, path);
        if (!handle) throw new ModelError('DISK_IO', { path, reason: 'there is no such file' });
        return digestStream(await handle.getFile(), algorithm, context);
      }),

    async freeBytes(): Promise<number | undefined> {
      // An estimate even where a browser enforces less: the end of the space is found by writing.
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
    },
  };

  async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    const place = await makePlace(root, path);
    const writer = await openWriter({ place, path, expectedBytes: bytes.byteLength, clock });
    try {
      writer.truncate(0);
      writer.write(bytes, 0);
    } finally {
      writer.close();
    }
  }
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
      if (!hasName(error, 'NotReadableError') || reads === MOST_READS) throw error;
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
    if (!TEMPORARY.test(name)) entries.push({ path, sizeBytes: file.size });
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
