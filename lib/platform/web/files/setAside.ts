/** Makes way in the private file system for what should be there, keeping what is enough for a report. */
import { systemClock } from '../../shared/systemClock';
import { hasName, whenReleased } from './storageErrors';

/** TypeScript doesn't know `move` yet; it replaces a file of that name at once. */
interface MovableFile {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** Where something damaged lies until another takes its place there. */
export function setAsideName(name: string): string {
  return `${name}.damaged`;
}

/** Renames a file or a folder to the name of `setAsideName`, in place of whatever has it. Absent is fine. */
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

/** Removes a file or a folder with all it holds. Absent is fine. */
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

// Browsers rename files and no folders.
async function moveFiles(
  from: FileSystemDirectoryHandle,
  to: FileSystemDirectoryHandle,
): Promise<void> {
  for await (const [name, handle] of from.entries()) {
    if (handle.kind === 'file') await moveFile(handle, to, name);
    else await moveFiles(handle, await to.getDirectoryHandle(name, { create: true }));
  }
}
