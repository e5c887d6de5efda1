/** Checks paths in the store. The rules are the same on every host, so that models folders can move between hosts. */
import { ModelError } from '../../errors';

/**
 * The folder that holds the work folders of all owners of `folder`, which lies below a `.staging` folder. Used on
 * hosts whose locks don't reach every process that can write to the store: each owner works in a folder of its own.
 */
export function ownersFolder(folder: string): string {
  return folder.replace(/^\.staging/, '.runs');
}

/** Whether only one owner may write to a path. */
export function isOwned(path: string): boolean {
  return /^\.runs(-[^/]+)?\//.test(path);
}

const MAX_NAME_LENGTH = 200;
const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * Whether a name can name one file or folder on every supported file system: no separator,
 * no reserved or invisible character, no trailing dot or space, composed (NFC), not too long.
 */
export function isPortableName(name: string): boolean {
  return (
    name !== '' &&
    name.length <= MAX_NAME_LENGTH &&
    name === name.normalize('NFC') &&
    !FORBIDDEN.test(name) &&
    !WINDOWS_RESERVED.test(name) &&
    !/[. ]$/.test(name) &&
    !name.startsWith(' ')
  );
}

/** The segments of a store path, none for `''`. @throws ModelError NAME_INVALID for anything that could leave the store. */
export function storeSegments(path: string): string[] {
  if (path === '') return [];
  const segments = path.split('/');
  if (!segments.every(isPortableName)) throw new ModelError('NAME_INVALID', { name: path });
  return segments;
}
