/** The bytes of a plan's files in staging, as far as their journals prove them. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { stagingPath } from '../../ai/registry/buildPlaces';
import { ownersFolder } from '../../platform/shared/storePath';
import type { Downloader, FileEntry, FileStore, Host, Runtime } from '../../platform/types';
import { createByteRanges } from '../journal/byteRanges';
import { journalPath, readJournal } from '../journal/journal';
import { PLAN_NAME, partName, sum, type DownloadPlan } from '../plan/plan';

export interface StagedFile {
  /** The bytes that count, including those that the system has received: the next transfer resumes from them. */
  receivedBytes: number;
  /** The size of the `.part`, whatever bytes it contains; 0 when there is no such file. */
  partBytes: number;
  /** The space that the `.part` occupies on the disk. */
  usedBytes: number;
}

/** Every file of the plan, by its name. */
export type Staged = ReadonlyMap<string, StagedFile>;

export interface StagedTools {
  files: FileStore;
  host: Pick<Host, 'bootId'>;
  downloader: Pick<Downloader, 'underway'>;
}

/** Every folder that may contain uninstalled files of a build. */
export function stagingFolders(config: LlmModelConfig, runtime: Runtime): readonly string[] {
  const staging = stagingPath(config, runtime);
  return [staging, ownersFolder(staging)];
}

export async function removeStaged(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<void> {
  for (const folder of stagingFolders(config, runtime)) await files.remove(folder);
}

/**
 * The staging folder of a build's download, for reading only: the folder of its owner, whether that is still
 * running or not, or the folder of a download without an owner.
 */
export async function findStaging(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<string> {
  const [staging = '', owners = ''] = stagingFolders(config, runtime);
  const plan = (await files.list(owners)).find(({ path }) => isPlanOf(owners, path));
  return plan ? plan.path.slice(0, plan.path.lastIndexOf('/')) : staging;
}

// The folder of an unfinished copy has a dot in its name.
function isPlanOf(owners: string, path: string): boolean {
  const [owner = '', name, ...rest] = path.slice(owners.length + 1).split('/');
  return name === PLAN_NAME && rest.length === 0 && !owner.includes('.');
}

/** `staging` is the folder that contains the plan. */
export async function readStaged(
  { files, host, downloader }: StagedTools,
  staging: string,
  plan: DownloadPlan,
): Promise<Staged> {
  const entries = await files.list(staging);
  const underway = new Map(
    (await downloader.underway()).map(({ path, receivedBytes }) => [path, receivedBytes]),
  );
  const staged = new Map<string, StagedFile>();
  for (const { fileName, sizeBytes, digest } of plan.files) {
    const partPath = `${staging}/${partName(fileName)}`;
    const part: FileEntry | undefined = entries.find(({ path }) => path === partPath);
    const partBytes = part?.sizeBytes ?? 0;
    const hasDigest = digest !== undefined;
    const place = { path: journalPath(partPath), totalBytes: sizeBytes, hasDigest };
    const facts = part && (await readJournal({ files, host }, place, partBytes));
    const landedBytes = createByteRanges(facts?.written).sizeBytes();
    const receivedBytes = Math.min(
      landedBytes + (underway.get(partPath) ?? 0),
      sizeBytes ?? Infinity,
    );
    staged.set(fileName, { receivedBytes, partBytes, usedBytes: part?.usedBytes ?? 0 });
  }
  return staged;
}

export function receivedBytes(staged: Staged): number {
  return sum([...staged.values()].map((file) => file.receivedBytes));
}

/** All uninstalled files of a build, in any of its folders. */
export async function listStaged(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<FileEntry[]> {
  const folders = stagingFolders(config, runtime);
  const entries = await Promise.all(folders.map((folder) => files.list(folder)));
  return entries.flat();
}
