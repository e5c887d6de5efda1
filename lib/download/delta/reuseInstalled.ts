/** Fills the staging place of a newer version with the bytes that an installed version has; the usual loop brings the rest. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { InstalledFile } from '../../ai/modelState';
import { isModelError } from '../../errors';
import { throwIfAborted } from '../flow/abortable';
import { partName, type DownloadPlan, type PlannedFile } from '../plan/plan';
import { statedSource, type HubAccess } from '../plan/resolveSources';
import type { Copy } from './copies';
import { copiesByTerms } from './copiesByTerms';
import { fillPart, type FillTools } from './fillPart';
import { findBlocks, type StoredFile } from './findBlocks';
import { readIndex } from './readIndex';

export interface ReuseTools extends FillTools, HubAccess {}

export interface Reuse {
  /** The newer version. */
  config: LlmModelConfig;
  plan: DownloadPlan;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  /** The folder of the installed version, and its files by the manifest. */
  folder: string;
  installed: readonly InstalledFile[];
  /** The number of bytes that needn't be fetched, so far. */
  onReused?: (reusedBytes: number) => void;
}

/**
 * Resolves with the number of bytes that needn't be fetched. The result is only less to fetch: `bringFiles` reads all
 * bytes back as if they had been fetched, and fetches a file whole if its digest isn't the published one. So a failure
 * here is none of the download: an index that isn't there, a file that can't be read, a full disk. Bytes of files without
 * a published SHA-256 are never reused.
 * @throws AbortError
 */
export async function reuseInstalled(
  tools: ReuseTools,
  reuse: Reuse,
  signal: AbortSignal,
): Promise<number> {
  let reusedBytes = 0;
  for (const file of reuse.plan.files) {
    reusedBytes += await reuseFor(tools, { ...reuse, file, reusedBytes }, signal);
  }
  return reusedBytes;
}

interface FileReuse extends Reuse {
  file: PlannedFile;
  reusedBytes: number;
}

async function reuseFor(tools: ReuseTools, reuse: FileReuse, signal: AbortSignal): Promise<number> {
  const { file, staging, reusedBytes, onReused } = reuse;
  const { sizeBytes: totalBytes, digest, source } = file;
  if (!totalBytes || digest?.algorithm !== 'sha256' || source.kind !== 'remote') return 0;
  const partPath = `${staging}/${partName(file.fileName)}`;
  const onCopied = (copiedBytes: number) => onReused?.(reusedBytes + copiedBytes);
  try {
    const copies = await findCopies(tools, { ...reuse, totalBytes }, signal);
    if (copies.length === 0) return 0;
    return await fillPart(tools, { partPath, totalBytes, copies, onCopied }, signal);
  } catch (error) {
    throwIfAborted(signal);
    if (isModelError(error)) return 0;
    throw error;
  }
}

/** By the cheapest knowledge that there is. */
async function findCopies(
  tools: ReuseTools,
  { config, plan, file, folder, installed, totalBytes }: FileReuse & { totalBytes: number },
  signal: AbortSignal,
): Promise<Copy[]> {
  const same = installed.find(({ sha256 }) => sha256 === file.digest?.hex);
  if (same?.sizeBytes === totalBytes) {
    const from = `${folder}/${same.fileName}`;
    return [{ from, startBytes: 0, endBytes: totalBytes, toBytes: 0 }];
  }
  const stated = statedSource(config, file.fileName, plan.runtime);
  if (!stated) return [];
  if (!stated.index) return copiesByTerms(tools, { wanted: file, folder, installed }, signal);
  const index = await readIndex(tools, { index: stated.index, sizeBytes: totalBytes }, signal);
  if (!index) return [];
  return findBlocks(tools.ranges, { index, old: filesToSearch(file, folder, installed) }, signal);
}

/** The file that had the same name comes last: of a block that several files have, its place counts. */
function filesToSearch(
  { role, fileName }: PlannedFile,
  folder: string,
  installed: readonly InstalledFile[],
): StoredFile[] {
  return installed
    .filter((had) => had.role === role)
    .sort((one, other) => Number(one.fileName === fileName) - Number(other.fileName === fileName))
    .map((had) => ({ path: `${folder}/${had.fileName}`, sizeBytes: had.sizeBytes }));
}
