/** Reads and writes the small files of `modelshelf catalog`. */
import { readFile, rename, writeFile } from 'node:fs/promises';

import { reasonOf, systemCode } from '../../lib/platform/node/nodeErrors';
import { CatalogCommandError } from './catalogCommandError';

/** @throws CatalogCommandError also for a text with a byte order mark, which the readers of catalogs would remove */
export async function readText(path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text === undefined) throw new CatalogCommandError(`There is no ${path}.`);
  return text;
}

/** Undefined where there is no such file. @throws CatalogCommandError */
export async function readIfThere(path: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new CatalogCommandError(`${path} can’t be read: ${reasonOf(error)}.`);
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (!Buffer.from(text).equals(bytes) || text.startsWith('\ufeff')) {
    throw new CatalogCommandError(`${path} isn’t plain UTF-8 without a byte order mark.`);
  }
  return text;
}

/** In one step. @throws CatalogCommandError also where the file is there already, without `replaces` */
export async function writeNew(
  path: string,
  text: string,
  { replaces = false } = {},
): Promise<void> {
  try {
    if (!replaces) {
      await writeFile(path, text, { flag: 'wx', flush: true });
      return;
    }
    const staging = `${path}.${String(process.pid)}`;
    await writeFile(staging, text, { flush: true });
    await rename(staging, path);
  } catch (error) {
    const reason = systemCode(error) === 'EEXIST' ? 'it is there already' : reasonOf(error);
    throw new CatalogCommandError(`${path} can’t be written: ${reason}.`);
  }
}
