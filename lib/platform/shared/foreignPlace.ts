/** Places outside of the store: the same rules for every host that can reach them. */
import { ModelError } from '../../errors';

/** The bare path of a folder without a slash at its end. @throws ModelError NAME_INVALID for a relative path */
export function placeOfFolder(folder: string): string {
  const place = bareOf(folder)?.replace(/\/+$/, '');
  if (place?.startsWith('/') !== true || hasDots(place)) {
    throw new ModelError('NAME_INVALID', { name: folder });
  }
  return place;
}

function bareOf(folder: string): string | undefined {
  if (!folder.startsWith('file:')) return folder;
  try {
    return decodeURIComponent(folder.replace(/^file:(\/\/)?/, ''));
  } catch {
    // A percent sign that isn’t escaped.
    return undefined;
  }
}

function hasDots(place: string): boolean {
  return place.split('/').some((name) => name === '.' || name === '..');
}

/**
 * Where a file of `sizeBytes` can go without replacing another: its origin, or a name beside it. Undefined where it is
 * there already, which its size tells. `sizeAt` is undefined where nothing has the name.
 */
export async function freePlace(
  origin: string,
  sizeBytes: number,
  sizeAt: (place: string) => Promise<number | undefined>,
): Promise<string | undefined> {
  for (let number = 0; ; number += 1) {
    const place = number === 0 ? origin : `${origin}.${String(number)}`;
    const found = await sizeAt(place);
    if (found === undefined) return place;
    if (number === 0 && found === sizeBytes) return undefined;
  }
}
