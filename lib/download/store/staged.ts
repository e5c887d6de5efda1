/** What of a plan lies in staging, by what its journals vouch for. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { stagingPath } from '../../ai/registry/buildPlaces';
import { ownersFolder } from '../../platform/shared/storePath';
import type { Downloader, FileEntry, FileStore, Host, Runtime } from '../../platform/types';
import { createByteRanges } from '../journal/byteRanges';
import { journalPath, readJournal } from '../journal/journal';
import { PLAN_NAME, partName, sum, type DownloadPlan } from '../plan/plan';

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

/** Every folder in which something of a build may lie that isn't installed. */
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

/** Where what is on its way lies, for whoever only looks: with its owner, dead or alive, or at rest. */
export async function findStaging(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<string> {
  const [staging = '', owners = ''] = stagingFolders(config, runtime);
  const plan = (await files.list(owners)).find(({ path }) => isPlanOf(owners, path));
  return plan ? plan.path.slice(0, plan.path.lastIndexOf('/')) : staging;
}

// A copy that isn't finished has a dot in the name of its folder.
function isPlanOf(owners: string, path: string): boolean {
  const [owner = '', name, ...rest] = path.slice(owners.length + 1).split('/');
  return name === PLAN_NAME && rest.length === 0 && !owner.includes('.');
}

/** `staging` is the place where the plan lies. */
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

/** Everything of a build that isn't installed, wherever it lies. */
export async function listStaged(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<FileEntry[]> {
  const folders = stagingFolders(config, runtime);
  const entries = await Promise.all(folders.map((folder) => files.list(folder)));
  return entries.flat();
}
