/** The files that this worker writes: each has one handle, shared by all its writers, and is flushed regularly. */
import { ModelError } from '../../../errors';
import type { Clock } from '../../types';
import { findFile, makePlace } from './opfsPaths';
import { storageError, translating, whenReleased } from './storageErrors';
import { openSyncHandle } from './syncHandle';

export interface OpenFile {
  readonly sizeBytes: number;
  /** Cuts the file off, or reserves space for it. @throws ModelError NO_SPACE, DISK_IO */
  resize(sizeBytes: number): void;
  /** Writes all of `bytes`. @throws ModelError NO_SPACE, DISK_IO */
  write(bytes: Uint8Array, atBytes: number): void;
  /** Makes the bytes of all writers durable. @throws ModelError DISK_IO */
  flush(): void;
}

export interface OpenFiles {
  /**
   * Runs `work` on a file, which is made when it is missing. The file is closed before this settles, unless
   * another call still uses it. @throws ModelError STORAGE_BUSY, NO_SPACE, DISK_IO
   */
  withFile<T>(path: string, work: (file: OpenFile) => T | Promise<T>): Promise<T>;
  /** Like `withFile`, with synchronous work. Keeps the file open for a while, because it is soon used again. */
  withRecord(path: string, work: (file: OpenFile) => void): Promise<void>;
  /** Closes the files kept open at or below `path`, so that they can be moved, removed or read elsewhere. */
  closeBelow(path: string): void;
  /** Resolves when the file's written bytes are durable; absent is fine. */
  flush(path: string): Promise<void>;
}

interface HeldFile extends OpenFile {
  close(): void;
}

interface Entry {
  users: number;
  opening: Promise<HeldFile>;
  file: HeldFile | undefined;
  /** Cancels the closing; set while the file is kept open without a user. */
  callOff: (() => void) | undefined;
}

/** To open a file takes several messages to another process, and a journal grows many times a second. */
const KEEP_MS = 1_000;

export function createOpenFiles(root: FileSystemDirectoryHandle, clock: Clock): OpenFiles {
  const entries = new Map<string, Entry>();

  function begin(path: string): Entry {
    const opening = holdFile(root, path, clock).then((file) => (entry.file = file));
    const entry: Entry = { users: 0, opening, file: undefined, callOff: undefined };
    entries.set(path, entry);
    return entry;
  }

  function end(path: string, { callOff, file }: Entry): void {
    callOff?.();
    entries.delete(path);
    file?.close();
  }

  async function hold<T>(path: string, work: (file: OpenFile) => T | Promise<T>, keepMs: number) {
    const entry = entries.get(path) ?? begin(path);
    entry.callOff?.();
    entry.users += 1;
    try {
      return await work(entry.file ?? (await entry.opening));
    } finally {
      entry.users -= 1;
      if (entry.users === 0) {
        const finish = () => {
          end(path, entry);
        };
        if (keepMs === 0 || !entry.file) finish();
        else entry.callOff = clock.after(keepMs, finish);
      }
    }
  }

  const withFile: OpenFiles['withFile'] = (path, work) => hold(path, work, 0);
  return {
    withFile,
    withRecord: (path, work) => hold(path, work, KEEP_MS),
    closeBelow(path) {
      for (const [name, entry] of entries) {
        const isBelow = name === path || name.startsWith(`${path}/`);
        if (isBelow && entry.users === 0) end(name, entry);
      }
    },
    async flush(path) {
      const isThere = entries.has(path) || (await translating(path, () => findFile(root, path)));
      if (!isThere) return;
      await withFile(path, (file) => {
        file.flush();
      });
    },
  };
}

const FLUSH_EVERY_MS = 2_000;

async function holdFile(
  root: FileSystemDirectoryHandle,
  path: string,
  clock: Clock,
): Promise<HeldFile> {
  const handle = await translating(path, async () => {
    const { folder, name } = await makePlace(root, path);
    return whenReleased(clock, async () =>
      openSyncHandle(await folder.getFileHandle(name, { create: true })),
    );
  });
  let flushedAtMs = clock.monotonicMs();
  const guarded = <T>(work: () => T, neededBytes = 0): T => {
    try {
      return work();
    } catch (error) {
      throw storageError(error, path, neededBytes);
    }
  };
  const flush = () => {
    flushedAtMs = clock.monotonicMs();
    guarded(() => {
      handle.flush();
    });
  };

  return {
    get sizeBytes() {
      return guarded(() => handle.getSize());
    },
    resize(sizeBytes) {
      const neededBytes = sizeBytes - guarded(() => handle.getSize());
      if (neededBytes === 0) return;
      guarded(
        () => {
          handle.truncate(sizeBytes);
        },
        Math.max(0, neededBytes),
      );
    },
    write(bytes, atBytes) {
      const neededBytes = bytes.byteLength;
      const writtenBytes = guarded(() => handle.write(bytes, { at: atBytes }), neededBytes);
      if (writtenBytes !== neededBytes) {
        throw new ModelError('NO_SPACE', { neededBytes, freeBytes: undefined });
      }
      if (clock.monotonicMs() - flushedAtMs >= FLUSH_EVERY_MS) flush();
    },
    flush,
    close() {
      handle.close();
    },
  };
}
