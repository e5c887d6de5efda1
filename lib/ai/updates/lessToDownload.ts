/** Estimates what an update of a hub's model transfers: the chunks that the installed version has aren't fetched again. */
import { targetOf, usefulCopies } from '../../download/delta/copies';
import { copiesByTerms } from '../../download/delta/copiesByTerms';
import { draftPlan, sum, type PlannedFile } from '../../download/plan/plan';
import type { HubAccess } from '../../download/plan/resolveSources';
import { isModelError } from '../../errors';
import { noteRefusal } from '../discover/countedTools';
import type { HubTools } from '../discover/hubTools';
import type { InstalledFile } from '../modelState';
import { changedFiles } from './compareVersions';
import type { ModelUpdate } from './modelUpdate';

/**
 * The update with the bytes that are left to fetch, by the hub's lists of chunks. The update as it was where they can't be
 * had, as from a mirror. @throws AbortError
 */
export async function withLessToDownload(
  tools: HubTools,
  update: ModelUpdate,
  { installed, signal }: { installed: readonly InstalledFile[]; signal: AbortSignal },
): Promise<ModelUpdate> {
  const { config, runtime, downloadBytes } = update;
  if (downloadBytes === undefined) return update;
  try {
    let reusedBytes = 0;
    const changed = changedFiles(config, runtime, installed).map(({ fileName }) => fileName);
    for (const wanted of draftPlan(config, runtime, tools.hubEndpoint).files) {
      if (!changed.includes(wanted.fileName)) continue;
      reusedBytes += await reusableBytes(tools, { wanted, installed }, signal);
    }
    return { ...update, downloadBytes: Math.max(0, downloadBytes - reusedBytes), isCompared: true };
  } catch (error) {
    if (!isModelError(error)) throw error;
    noteRefusal(tools, error);
    // A mirror without lists: the whole file comes.
    return error.code === 'HTTP_NOT_FOUND' ? { ...update, isCompared: true } : update;
  }
}

async function reusableBytes(
  access: HubAccess,
  { wanted, installed }: { wanted: PlannedFile; installed: readonly InstalledFile[] },
  signal: AbortSignal,
): Promise<number> {
  const { sizeBytes: totalBytes, digest } = wanted;
  if (!totalBytes || digest?.algorithm !== 'sha256') return 0;
  // As another file: it is copied whole.
  if (installed.some(({ sha256 }) => sha256 === digest.hex)) return totalBytes;
  const copies = await copiesByTerms(access, { wanted, installed, folder: '' }, signal);
  const targets = usefulCopies(copies, { landed: [], totalBytes }).map(targetOf);
  return sum(targets.map(({ startBytes, endBytes }) => endBytes - startBytes));
}
