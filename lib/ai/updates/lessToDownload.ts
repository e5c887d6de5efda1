/** Estimates what an update of a hub's model transfers: the chunks that the installed version has aren't fetched again. */
import { targetOf, usefulCopies } from '../../download/delta/copies';
import { copiesByTerms } from '../../download/delta/copiesByTerms';
import { draftPlan, sum, type PlannedFile } from '../../download/plan/plan';
import type { HubAccess } from '../../download/plan/resolveSources';
import { isModelError } from '../../errors';
import type { InstalledFile } from '../modelState';
import type { ModelUpdate } from './modelUpdate';

/**
 * The update with the bytes that are left to fetch, by the hub's lists of chunks. The update as it was where they can't be
 * had, as from a mirror. @throws AbortError
 */
export async function withLessToDownload(
  access: HubAccess,
  update: ModelUpdate,
  { installed, signal }: { installed: readonly InstalledFile[]; signal: AbortSignal },
): Promise<ModelUpdate> {
  const { config, runtime, downloadBytes } = update;
  if (downloadBytes === undefined) return update;
  try {
    let reusedBytes = 0;
    for (const file of draftPlan(config, runtime, access.hubEndpoint).files) {
      const isEqual = installed.some(({ sha256 }) => sha256 === file.digest?.hex);
      if (!isEqual) reusedBytes += await reusableBytes(access, { wanted: file, installed }, signal);
    }
    return { ...update, downloadBytes: Math.max(0, downloadBytes - reusedBytes) };
  } catch (error) {
    if (!isModelError(error)) throw error;
    return update;
  }
}

async function reusableBytes(
  access: HubAccess,
  { wanted, installed }: { wanted: PlannedFile; installed: readonly InstalledFile[] },
  signal: AbortSignal,
): Promise<number> {
  const { sizeBytes: totalBytes } = wanted;
  if (!totalBytes) return 0;
  const copies = await copiesByTerms(access, { wanted, installed, folder: '' }, signal);
  const targets = usefulCopies(copies, { landed: [], totalBytes }).map(targetOf);
  return sum(targets.map(({ startBytes, endBytes }) => endBytes - startBytes));
}
