/** Opens files of the private file system for reading and writing at positions. Only a worker can. */

/** A synchronous access handle; TypeScript has it only in the worker library, which excludes the DOM's. */
export interface SyncHandle {
  read(bytes: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(sizeBytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface SyncFileHandle {
  createSyncAccessHandle(options: { mode: string }): Promise<SyncHandle>;
}

/** Whether this browser has synchronous handles; only a worker can tell. */
export function hasSyncHandles(): boolean {
  return 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
}

/**
 * Shares the file with everyone who opens it here, in another worker too, while nobody can move or
 * remove it. A browser that knows no modes gives it to one alone, and refuses the others with
 * NoModificationAllowedError.
 */
export function openSyncHandle(file: FileSystemFileHandle): Promise<SyncHandle> {
  const { createSyncAccessHandle } = file as unknown as SyncFileHandle;
  return createSyncAccessHandle.call(file, { mode: 'readwrite-unsafe' });
}
