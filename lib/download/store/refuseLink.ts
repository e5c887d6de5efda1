/** Refuses a link in place of a model's folder. Its target may be read, but is never changed. */
import { ModelError } from '../../errors';
import type { FileStore } from '../../platform/types';

/** To be called before a fetch into a folder, or a removal from it. @throws ModelError FOLDER_LINKED */
export async function refuseLink(files: FileStore, folder: string): Promise<void> {
  const entries = await files.list(folder);
  if (entries.some(({ isLink }) => isLink)) throw new ModelError('FOLDER_LINKED', { path: folder });
}
