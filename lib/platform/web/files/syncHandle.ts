/** Opens files of the private file system for reading and writing at positions. Works only in a worker. */

/** A synchronous access handle; TypeScript has the type only in its worker library, which excludes the DOM library. */
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

/** Whether this browser has synchronous handles; only a worker can find out. */
export function hasSyncHandles(): boolean {
  return 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
}

/**
 * Opens a file in shared mode: other calls of this function can open it, too, also in another worker. Meanwhile it
 * can't be moved or removed. A browser without modes allows only one open handle, and refuses others with
 * NoModificationAllowedError.
 */
export function openSyncHandle(file: FileSystemFileHandle): Promise<SyncHandle> {
  const { createSyncAccessHandle } = file as unknown as SyncFileHandle;
  return createSyncAccessHandle.call(file, { mode: 'readwrite-unsafe' });
}
