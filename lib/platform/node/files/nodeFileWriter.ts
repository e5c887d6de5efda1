/** Writes a body into a file at its place, while others may write beside it. */
import { constants, fstatSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { diskError } from '../nodeErrors';
import { makeFolder, openOwn, placeOf } from './nodePaths';

export interface FileWriter {
  /**
   * Writes these behind what was written before, and waits for it: the page cache takes them in the
   * time that it takes to hand them to a thread, and threads that write to one file wait for each other.
   * @throws ModelError NO_SPACE, DISK_IO
   */
  write(bytes: Uint8Array): void;
  /** One past the last byte written. */
  readonly positionBytes: number;
  /** Cuts off what lies past `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface WriterRequest {
  path: string;
  /** Where the first byte goes. */
  offsetBytes: number;
  /** What is to be written in all, for saying how much space is missing. */
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
 * Writers of one file share what is open: each piece of it would have to look where the path leads,
 * on threads that take turns with the one that receives.
 */
export function createFileWriters(root: string): FileWriters {
  /** By path. */
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
        // Whoever tries again opens it anew.
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
        // The system may take less than it was given, on a full disk for one.
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
        // After each piece: to wait for a thread takes longer than the system takes to answer.
        if (fstatSync(handle.fd).size > sizeBytes) await handle.truncate(sizeBytes);
      }),
    close: () => translated(close),
  };
}
