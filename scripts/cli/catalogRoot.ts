/** The root of the catalogs that a command accepts, from its option or the environment. */
import { readFile } from 'node:fs/promises';

import { trustedRoot } from '../../lib/ai/catalogs/signedRoot';
import { reasonOf } from '../../lib/platform/node/nodeErrors';
import type { CatalogTrust } from '../../lib/platform/types';
import { localPath } from './localPath';
import { UsageError } from './usageError';

/** Undefined where neither names one. @throws UsageError for a file that is no root */
export async function readCatalogRoot(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CatalogTrust | undefined> {
  const fromEnvironment = env['MODELSHELF_CATALOG_ROOT']?.trim();
  const place = option ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  if (place === undefined) return undefined;
  const name = option === undefined ? 'MODELSHELF_CATALOG_ROOT' : '--catalog-root';
  let rootText: string;
  try {
    rootText = await readFile(localPath(place), 'utf8');
  } catch (error) {
    throw new UsageError(`${name}: ${place} can’t be read: ${reasonOf(error)}`);
  }
  if (trustedRoot(rootText) === undefined) {
    throw new UsageError(`${name}: ${place} is no root that its own keys have signed.`);
  }
  const allowsUnsigned = env['MODELSHELF_CATALOG_UNSIGNED']?.trim() === '1';
  return { rootText, allowsUnsigned };
}
