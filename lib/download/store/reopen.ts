/** Turns the files in a model's folder back into a fully received download, whose bytes only have to be checked. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { modelFiles } from '../../ai/registry/modelFiles';
import type { InstalledFile } from '../../ai/modelState';
import { isOtherFile } from '../../ai/registry/published';
import type { FileEntry, FileStore, Host, Runtime } from '../../platform/types';
import { journalPath } from '../journal/journal';
import { writeJournal } from '../journal/journalWriter';
import { readManifest, removeManifest } from './manifest';
import {
  PLAN_NAME,
  draftPlan,
  formatPlan,
  partName,
  type DownloadPlan,
  type PlannedFile,
} from '../plan/plan';
import { refuseLink } from './refuseLink';
import { readStaged, type Staged, type StagedTools } from './staged';

export interface ReopenTools extends StagedTools {
  host: Host;
}

export interface Reopening {
  config: LlmModelConfig;
  /** The folder in the store that only this owner writes to. */
  staging: string;
}

/**
 * Moves the files in the model's folder into staging, with the block digests from its manifest. They may
 * be a copy by hand, a model whose record was lost, or a model to repair. The bytes count as received
 * and are read back like all others; damaged blocks are fetched again. This function itself fetches
 * nothing. A crash at any point leaves a download that can be resumed.
 */
export async function reopen(
  tools: ReopenTools,
  { config, staging }: Reopening,
  plan: DownloadPlan,
): Promise<void> {
  const { files } = tools;
  const { folderName } = config;
  const staged = await readStaged(tools, staging, plan);
  for (const { isOther, ...usable } of await findUsable(files, { folderName, staged }, plan)) {
    if (isOther) await files.remove(usable.found.path);
    else
      await stage(tools, { ...usable, partPath: `${staging}/${partName(usable.file.fileName)}` });
  }
  await removeManifest(files, folderName, plan.runtime);
}

interface Usable {
  file: PlannedFile;
  /** The file in the model's folder. */
  found: FileEntry;
  /** The file's entry in the manifest. */
  had: InstalledFile | undefined;
  /** By its manifest it is another, complete file: not the beginning of the planned one, and in its place. */
  isOther: boolean;
}

/** The files in the model's folder that can be planned ones, or their beginnings, whose download hasn't begun. */
export async function findUsable(
  files: FileStore,
  { folderName, staged }: { folderName: string; staged: Staged },
  plan: DownloadPlan,
): Promise<Usable[]> {
  const manifest = await readManifest(files, folderName, plan.runtime);
  const present = await files.list(folderName);
  return plan.files.flatMap((file): Usable[] => {
    const path = `${folderName}/${file.fileName}`;
    const found = present.find((entry) => entry.path === path);
    const hasBegun = (staged.get(file.fileName)?.receivedBytes ?? 0) > 0;
    if (!found || hasBegun || !mayBe(file, found)) return [];
    const had = manifest?.files.find(({ fileName }) => fileName === file.fileName);
    return [{ file, found, had, isOther: !!had && had.sizeBytes !== file.sizeBytes }];
  });
}

interface Staging extends Pick<Usable, 'file' | 'found' | 'had'> {
  partPath: string;
}

async function stage(tools: ReopenTools, { file, found, had, partPath }: Staging): Promise<void> {
  // The digests of another file would only find damage in that file, not its differences from the planned one.
  const wantsOther = file.digest?.algorithm === 'sha256' && file.digest.hex !== had?.sha256;
  const digests = wantsOther ? [] : (had?.blocks ?? []);
  await stageFound(tools, { found, partPath, totalBytes: file.sizeBytes, digests });
}

export interface Found {
  found: Pick<FileEntry, 'path' | 'sizeBytes'>;
  partPath: string;
  /** The final size of the file; undefined where it isn't known. */
  totalBytes: number | undefined;
  /** The running digests of its blocks, as far as they are known. */
  digests: readonly string[];
}

/** Moves a file into staging. All its bytes count as received, and are read back like all others. */
export async function stageFound(
  tools: Pick<ReopenTools, 'files' | 'host'>,
  { found, partPath, totalBytes, digests }: Found,
): Promise<void> {
  const written = [{ startBytes: 0, endBytes: found.sizeBytes }];
  // The old part is removed first: a journal without its part proves nothing, but the new journal would
  // be wrong for the old part.
  await tools.files.remove(partPath);
  const place = { path: journalPath(partPath), totalBytes };
  await writeJournal(tools, place, { synced: [], written, digests, versions: [] });
  await tools.files.move(found.path, partPath);
}

/** Whether the found file can be the planned one, or the beginning of it. */
function mayBe({ sizeBytes, source }: PlannedFile, found: FileEntry): boolean {
  return source.kind === 'remote' && sizeBytes !== undefined && found.sizeBytes <= sizeBytes;
}

/**
 * Turns an installed model into a fully received download of the files that the registry names, to be
 * checked and repaired. Of another file than the named one, it keeps the bytes that may still fit. The
 * model is no longer installed when this resolves; the result is false when it wasn't installed before.
 */
export async function reopenInstalled(
  tools: ReopenTools & { hubEndpoint: string },
  { config, runtime, staging }: Reopening & { runtime: Runtime },
): Promise<boolean> {
  const { files, hubEndpoint } = tools;
  await refuseLink(files, config.folderName);
  const manifest = await readManifest(files, config.folderName, runtime);
  if (!manifest) return false;
  const draft = draftPlan(config, runtime, hubEndpoint);
  const sources = new Map(
    modelFiles(config, runtime).map(({ fileName, source }) => [fileName, source]),
  );
  const plan: DownloadPlan = {
    ...draft,
    files: draft.files.map((file) => {
      const had = manifest.files.find(({ fileName }) => fileName === file.fileName);
      const source = sources.get(file.fileName);
      // When the installed file isn't the named one, its manifest entry can't be used.
      if (!had || !source || isOtherFile(source, had)) return file;
      const { sizeBytes, sha256, checkedAgainst, revision } = had;
      const digest = { algorithm: 'sha256' as const, hex: sha256 };
      return {
        digest,
        ...file,
        sizeBytes,
        checkedAgainst,
        ...(revision !== undefined && { revision }),
      };
    }),
  };
  await files.remove(staging);
  await files.writeText(`${staging}/${PLAN_NAME}`, formatPlan(plan));
  await reopen(tools, { config, staging }, plan);
  return true;
}
