/** Renames a damaged file or folder in the private file system, to free its name and to keep one copy for a report. */
import { systemClock } from '../../shared/systemClock';
import { hasName, whenReleased } from './storageErrors';

/** TypeScript doesn't know `move` yet; it atomically replaces a file of that name. */
interface MovableFile {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** The name of a damaged file or folder, until a later damaged one replaces it. */
export function setAsideName(name: string): string {
  return `${name}.damaged`;
}

/** Renames a file or a folder to `setAsideName`, replacing any file or folder with that name. Absent is fine. */
export async function setAside(root: FileSystemDirectoryHandle, name: string): Promise<void> {
  const newName = setAsideName(name);
  await removeAny(root, newName);
  try {
    await moveFile(await root.getFileHandle(name), root, newName);
  } catch (error) {
    if (hasName(error, 'NotFoundError')) return;
    if (!hasName(error, 'TypeMismatchError')) throw error;
    const folder = await root.getDirectoryHandle(name);
    await moveFiles(folder, await root.getDirectoryHandle(newName, { create: true }));
    await removeAny(root, name);
  }
}

/** Removes a file, or a folder with all its content. Absent is fine. */
export async function removeAny(root: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await whenReleased(systemClock, () => root.removeEntry(name, { recursive: true }));
  } catch (error) {
    if (!hasName(error, 'NotFoundError')) throw error;
  }
}

function moveFile(file: FileSystemFileHandle, folder: FileSystemDirectoryHandle, name: string) {
  return whenReleased(systemClock, () => (file as unknown as MovableFile).move(folder, name));
}

// Browsers can rename files, but not folders.
async function moveFiles(
  from: FileSystemDirectoryHandle,
  to: FileSystemDirectoryHandle,
): Promise<void> {
  for await (const [name, handle] of from.entries()) {
    if (handle.kind === 'file') await moveFile(handle, to, name);
    else await moveFiles(handle, await to.getDirectoryHandle(name, { create: true }));
  }
}
