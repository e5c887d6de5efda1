/** Writes a body into a file at its place, while others may write beside it. */
import { constants, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

import { diskError } from './nodeErrors';
import { FILE_MODE, makeFolder, NO_FOLLOW, placeOf } from './nodePaths';

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

/** Opens the file, making it and its folders as needed. @throws ModelError NO_SPACE, DISK_IO, STORAGE_* */
export async function openFileWriter(root: string, request: WriterRequest): Promise<FileWriter> {
  const { path, offsetBytes, neededBytes } = request;
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
  let positionBytes = offsetBytes;
  const handle = await translated(async () => {
    const place = await placeOf(root, path);
    await makeFolder(root, dirname(place));
    return open(place, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW, FILE_MODE);
  });

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
        if ((await handle.stat()).size > sizeBytes) await handle.truncate(sizeBytes);
      }),
    close: () => translated(() => handle.close()),
  };
}
