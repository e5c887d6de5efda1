/** Estimates what an update transfers: the bytes that the installed version has aren't fetched again. */
import { compareIndexes } from '../../download/delta/compareIndexes';
import { targetOf, usefulCopies, type Copy } from '../../download/delta/copies';
import { copiesByTerms } from '../../download/delta/copiesByTerms';
import { readIndex } from '../../download/delta/readIndex';
import { draftPlan, sum, type PlannedFile } from '../../download/plan/plan';
import { statedSource } from '../../download/plan/resolveSources';
import { isModelError } from '../../errors';
import { countedTools, noteRefusal } from '../discover/countedTools';
import type { HubTools } from '../discover/hubTools';
import type { InstalledFile } from '../modelState';
import type { SourceIndex } from '../runtimes/modelBuild';
import { changedFiles } from './compareVersions';
import type { ModelUpdate } from './modelUpdate';

/**
 * The update with the bytes that are left to fetch, by what the download will use, too: the published index, or else the
 * hub's lists of chunks. The installed files aren't read: their own indexes or lists stand for them. The update as it was
 * where these can't be had. @throws AbortError
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
      const index = statedSource(config, wanted.fileName, runtime)?.index;
      const bytes = await reusableBytes(tools, { wanted, index, installed }, signal);
      if (bytes === undefined) return update;
      reusedBytes += bytes;
    }
    return { ...update, downloadBytes: Math.max(0, downloadBytes - reusedBytes), isCompared: true };
  } catch (error) {
    if (!isModelError(error)) throw error;
    noteRefusal(tools, error);
    // A mirror without lists: the whole file comes.
    return error.code === 'HTTP_NOT_FOUND' ? { ...update, isCompared: true } : update;
  }
}

interface FileQuestion {
  wanted: PlannedFile;
  /** Of the wanted file. */
  index: SourceIndex | undefined;
  installed: readonly InstalledFile[];
}

/** Undefined where it isn't known. */
async function reusableBytes(
  tools: HubTools,
  { wanted, index, installed }: FileQuestion,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { sizeBytes: totalBytes, digest } = wanted;
  if (!totalBytes || digest?.algorithm !== 'sha256') return 0;
  // As another file: it is copied whole.
  if (installed.some(({ sha256 }) => sha256 === digest.hex)) return totalBytes;
  const had = installed.filter(({ role }) => role === wanted.role);
  const copies = index
    ? await copiesByIndexes(tools, { index, sizeBytes: totalBytes, had }, signal)
    : await copiesByTerms(countedTools(tools), { wanted, installed, folder: '' }, signal);
  if (copies === undefined) return undefined;
  const targets = usefulCopies(copies, { landed: [], totalBytes }).map(targetOf);
  return sum(targets.map(({ startBytes, endBytes }) => endBytes - startBytes));
}

/** Undefined where one of the indexes can't be had. */
async function copiesByIndexes(
  tools: HubTools,
  asked: { index: SourceIndex; sizeBytes: number; had: readonly InstalledFile[] },
  signal: AbortSignal,
): Promise<Copy[] | undefined> {
  const old = [];
  for (const { fileName: path, sizeBytes, index } of asked.had) {
    const found = index && (await readIndex(tools, { index, sizeBytes }, signal));
    if (!found) return undefined;
    old.push({ path, index: found });
  }
  const wanted = await readIndex(tools, asked, signal);
  return wanted && compareIndexes(wanted, old);
}
