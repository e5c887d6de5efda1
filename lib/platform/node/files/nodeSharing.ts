/** Stores equal files once, where the file system has hard links. */
import { link, lstat, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { isOwned } from '../../shared/storePath';
import { ModelError } from '../../../errors';
import { systemCode, diskError } from '../nodeErrors';
import { placeOf, siblingOf, syncFolder } from './nodePaths';

/** Of file systems without hard links, of those with too many names for one file, and of what may not be linked. */
const CANT_LINK = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EACCES'];

/** Implements `shareFile` of the Host port. Neither name may be below a place that only one owner writes to. */
export function createNodeSharing(root: string) {
  return async (from: string, to: string): Promise<boolean> => {
    if (isOwned(from) || isOwned(to)) throw new ModelError('NAME_INVALID', { name: to });
    try {
      const [source, target] = [await placeOf(root, from), await placeOf(root, to)];
      const [one, other] = [await lstat(source), await lstat(target)];
      if (!one.isFile() || !other.isFile()) return false;
      // A rename to another name of the same file does nothing, and would leave the sibling.
      if (one.ino === other.ino && one.dev === other.dev) return true;
      const sibling = siblingOf(target);
      try {
        await link(source, sibling);
        await rename(sibling, target);
      } catch (error) {
        await rm(sibling, { force: true });
        if (CANT_LINK.includes(systemCode(error) ?? '')) return false;
        throw error;
      }
      await syncFolder(dirname(target));
      return true;
    } catch (error) {
      throw diskError(error, { path: to });
    }
  };
}
