/** Writes a body into a file at positions, from an offset on. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

import { ModelError } from '../../errors';
import { diskError } from './nodeErrors';
import { makeFolder, NO_FOLLOW, placeOf } from './nodePaths';

export interface FileWriter {
  /** Appends. @throws ModelError LENGTH_MISMATCH instead of writing past the limit; NO_SPACE, DISK_IO */
  write(chunk: Uint8Array): Promise<void>;
  /** Bytes now in the file. */
  readonly sizeBytes: number;
  close(): Promise<void>;
}

export interface WriterRequest {
  path: string;
  /** What lies beyond is cut off. */
  offsetBytes: number;
  /** The most that the file may come to hold. */
  limitBytes: number | undefined;
}

/** Opens the file, making it and its folders as needed. @throws ModelError NO_SPACE, DISK_IO, STORAGE_* */
export async function openFileWriter(root: string, request: WriterRequest): Promise<FileWriter> {
  const { path, offsetBytes, limitBytes } = request;
  let sizeBytes = offsetBytes;
  const handle = await openTruncated(root, path, offsetBytes).catch((error: unknown) => {
    throw diskError(error, { path });
  });

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async write(chunk) {
      if (limitBytes !== undefined && sizeBytes + chunk.byteLength > limitBytes) {
        const actualBytes = sizeBytes + chunk.byteLength;
        const fileName = path.split('/').at(-1) ?? path;
        throw new ModelError('LENGTH_MISMATCH', {
          fileName,
          expectedBytes: limitBytes,
          actualBytes,
        });
      }
      const neededBytes = (limitBytes ?? sizeBytes + chunk.byteLength) - sizeBytes;
      try {
        // The system may take less than it was given, on a full disk for one.
        for (let done = 0; done < chunk.byteLength;) {
          const { bytesWritten } = await handle.write(chunk, done, undefined, sizeBytes);
          done += bytesWritten;
          sizeBytes += bytesWritten;
        }
      } catch (error) {
        throw diskError(error, { path, neededBytes });
      }
    },
    async close() {
      await handle.close().catch((error: unknown) => {
        throw diskError(error, { path });
      });
    },
  };
}

async function openTruncated(root: string, path: string, offsetBytes: number) {
  const place = await placeOf(root, path);
  await makeFolder(root, dirname(place));
  const handle = await open(place, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW);
  try {
    const { size } = await handle.stat();
    if (size < offsetBytes) {
      // Truncating would lengthen the file with zeros that nobody sent.
      throw new ModelError('DISK_IO', { path, reason: 'shorter than what was to be kept of it' });
    }
    await handle.truncate(offsetBytes);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
