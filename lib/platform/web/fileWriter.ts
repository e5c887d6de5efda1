/** One open file in the private file system: written at positions, flushed on a clock, closed exactly once. */
import { ModelError } from '../../errors';
import type { Clock } from '../types';
import type { FilePlace } from './opfsPaths';
import { storageError, translating, whenReleased } from './storageErrors';

/** A synchronous access handle; TypeScript has it only in the worker library, which excludes the DOM's. */
interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(sizeBytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface SyncFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

/** Whether this browser has synchronous handles; only a worker can tell. */
export function hasSyncHandles(): boolean {
  return 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
}

export interface FileWriter {
  readonly sizeBytes: number;
  truncate(sizeBytes: number): void;
  /** Writes all of `bytes`. @throws ModelError NO_SPACE, DISK_IO */
  write(bytes: Uint8Array, atBytes: number): void;
  /** Flushes and lets the file go. */
  close(): void;
}

export interface WriterRequest {
  place: FilePlace;
  /** The path in the store, for errors. */
  path: string;
  /** The size that the file is to get, for saying how much space is missing. */
  expectedBytes: number | undefined;
  clock: Clock;
}

const FLUSH_EVERY_MS = 2_000;

/** Opens a file for writing, making it when it is missing. @throws ModelError STORAGE_BUSY, NO_SPACE, DISK_IO */
export async function openWriter(request: WriterRequest): Promise<FileWriter> {
  const { place, path, clock } = request;
  const handle = await translating(path, () =>
    whenReleased(clock, async () => {
      const file = await place.folder.getFileHandle(place.name, { create: true });
      return (file as unknown as SyncFileHandle).createSyncAccessHandle();
    }),
  );
  let flushedAtMs = clock.monotonicMs();
  const guarded = <T>(work: () => T, neededBytes = 0): T => {
    try {
      return work();
    } catch (error) {
      throw storageError(error, path, neededBytes);
    }
  };

  return {
    get sizeBytes() {
      return guarded(() => handle.getSize());
    },
    truncate(sizeBytes) {
      guarded(() => {
        handle.truncate(sizeBytes);
      });
    },
    write(bytes, atBytes) {
      const endBytes = atBytes + bytes.byteLength;
      const neededBytes = Math.max(request.expectedBytes ?? 0, endBytes) - atBytes;
      const writtenBytes = guarded(() => handle.write(bytes, { at: atBytes }), neededBytes);
      if (writtenBytes !== bytes.byteLength) {
        throw new ModelError('NO_SPACE', { neededBytes, freeBytes: undefined });
      }
      if (clock.monotonicMs() - flushedAtMs < FLUSH_EVERY_MS) return;
      guarded(() => {
        handle.flush();
      });
      flushedAtMs = clock.monotonicMs();
    },
    close() {
      try {
        guarded(() => {
          handle.flush();
        });
      } finally {
        handle.close();
      }
    },
  };
}
