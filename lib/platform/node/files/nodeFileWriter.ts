/** Writes a body at its position in a file, while other writers may write to other parts of the file. */
import { constants, fstatSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { diskError } from '../nodeErrors';
import { makeFolder, openOwn, placeOf } from './nodePaths';

export interface FileWriter {
  /**
   * Writes these bytes after those written before, synchronously: the page cache takes them in the time
   * that it takes to pass them to a thread, and threads that write to one file wait for each other.
   * @throws ModelError NO_SPACE, DISK_IO
   */
  write(bytes: Uint8Array): void;
  /** One past the last byte written. */
  readonly positionBytes: number;
  /** Cuts off the bytes beyond `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface WriterRequest {
  path: string;
  /** The position of the first byte. */
  offsetBytes: number;
  /** The number of bytes to write in all, for the failure that reports how much space is missing. */
  neededBytes: number;
}

export interface FileWriters {
  /** Opens the file, making it and its folders as needed. @throws ModelError NO_SPACE, DISK_IO, STORAGE_* */
  open(request: WriterRequest): Promise<FileWriter>;
}

interface Shared {
  handle: Promise<FileHandle>;
  users: number;
}

/**
 * Writers of one file share one open handle. Otherwise each piece of the file would have to check the path
 * for links again, on threads that compete with the receiving thread.
 */
export function createFileWriters(root: string): FileWriters {
  /** Open files by path. */
  const inUse = new Map<string, Shared>();

  function share(path: string): Shared {
    const shared = inUse.get(path) ?? { handle: openFile(root, path), users: 0 };
    inUse.set(path, shared);
    shared.users += 1;
    return shared;
  }

  async function leave(path: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    inUse.delete(path);
    await (await shared.handle).close();
  }

  return {
    async open(request) {
      const { path } = request;
      const shared = share(path);
      try {
        const handle = await shared.handle;
        return createWriter(handle, request, () => leave(path, shared));
      } catch (error) {
        // The next attempt opens the file anew.
        if (inUse.get(path) === shared) inUse.delete(path);
        throw diskError(error, request);
      }
    },
  };
}

async function openFile(root: string, path: string): Promise<FileHandle> {
  const place = await placeOf(root, path);
  await makeFolder(root, dirname(place));
  return openOwn(place, constants.O_RDWR | constants.O_CREAT);
}

function createWriter(
  handle: FileHandle,
  { path, offsetBytes, neededBytes }: WriterRequest,
  close: () => Promise<void>,
): FileWriter {
  let positionBytes = offsetBytes;
  const translate = (error: unknown) => {
    const stillNeeded = neededBytes - (positionBytes - offsetBytes);
    return diskError(error, { path, neededBytes: stillNeeded });
  };
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translate(error);
    }
  };

  return {
    get positionBytes() {
      return positionBytes;
    },
    write(bytes) {
      try {
        // The system may write fewer bytes than it was given, for example on a full disk.
        for (let taken = 0; taken < bytes.length;) {
          const length = bytes.length - taken;
          const written = writeSync(handle.fd, bytes, taken, length, positionBytes);
          taken += written;
          positionBytes += written;
        }
      } catch (error) {
        throw translate(error);
      }
    },
    truncate: (sizeBytes) =>
      translated(async () => {
        // `fstatSync`, because this runs after each piece and to wait for a thread takes longer than the call.
        if (fstatSync(handle.fd).size > sizeBytes) await handle.truncate(sizeBytes);
      }),
    close: () => translated(close),
  };
}
