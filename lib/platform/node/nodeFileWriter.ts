/** Writes a body into a file at its place, while others may write beside it. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

import { diskError } from './nodeErrors';
import { FILE_MODE, makeFolder, NO_FOLLOW, placeOf } from './nodePaths';

export interface FileWriter {
  /** Writes these behind what was written before. @throws ModelError NO_SPACE, DISK_IO */
  write(bytes: Uint8Array): Promise<void>;
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
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const stillNeeded = neededBytes - (positionBytes - offsetBytes);
      throw diskError(error, { path, neededBytes: stillNeeded });
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
    write: (bytes) =>
      translated(async () => {
        // The system may take less than it was given, on a full disk for one.
        for (let taken = 0; taken < bytes.length;) {
          const length = bytes.length - taken;
          const { bytesWritten } = await handle.write(bytes, taken, length, positionBytes);
          taken += bytesWritten;
          positionBytes += bytesWritten;
        }
      }),
    truncate: (sizeBytes) =>
      translated(async () => {
        if ((await handle.stat()).size > sizeBytes) await handle.truncate(sizeBytes);
      }),
    close: () => translated(() => handle.close()),
  };
}
