/** A link in a model's place: what it leads to is read, and stays as it is. */
import { ModelError } from '../../errors';
import type { FileStore } from '../../platform/types';

/** Before anything is fetched for a folder, or removed from it. @throws ModelError FOLDER_LINKED */
export async function refuseLink(files: FileStore, folder: string): Promise<void> {
  const entries = await files.list(folder);
  if (entries.some(({ isLink }) => isLink)) throw new ModelError('FOLDER_LINKED', { path: folder });
}
