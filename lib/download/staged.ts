/** What of a plan lies in staging, by what its journals vouch for. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { stagingPath } from '../ai/modelFiles';
import type { Downloader, FileEntry, FileStore, Host } from '../platform/types';
import { createByteRanges } from './byteRanges';
import { journalPath, readJournal } from './journal';
import { partName, sum, type DownloadPlan } from './plan';

export interface StagedFile {
  /** Bytes that count, also those that the system has: the next transfer goes on from them. */
  receivedBytes: number;
  /** The size of the `.part`, which says nothing of what is in it; 0 when there is none. */
  partBytes: number;
  /** What the `.part` occupies. */
  usedBytes: number;
}

/** By file name, every file of the plan. */
export type Staged = ReadonlyMap<string, StagedFile>;

export interface StagedTools {
  files: FileStore;
  host: Pick<Host, 'bootId'>;
  downloader: Pick<Downloader, 'underway'>;
}

export async function readStaged(
  { files, host, downloader }: StagedTools,
  config: LlmModelConfig,
  plan: DownloadPlan,
): Promise<Staged> {
  const entries = await files.list(stagingPath(config));
  const underway = new Map(
    (await downloader.underway()).map(({ path, receivedBytes }) => [path, receivedBytes]),
  );
  const staged = new Map<string, StagedFile>();
  for (const { fileName, sizeBytes, digest } of plan.files) {
    const partPath = stagingPath(config, partName(fileName));
    const part: FileEntry | undefined = entries.find(({ path }) => path === partPath);
    const partBytes = part?.sizeBytes ?? 0;
    const hasDigest = digest !== undefined;
    const place = { path: journalPath(partPath), totalBytes: sizeBytes, hasDigest };
    const facts = part && (await readJournal({ files, host }, place, partBytes));
    const landedBytes = createByteRanges(facts?.written).sizeBytes();
    const receivedBytes = landedBytes > 0 ? landedBytes : (underway.get(partPath) ?? 0);
    staged.set(fileName, { receivedBytes, partBytes, usedBytes: part?.usedBytes ?? 0 });
  }
  return staged;
}

export function receivedBytes(staged: Staged): number {
  return sum([...staged.values()].map((file) => file.receivedBytes));
}
