/** Turns the files in a model's folder back into a download that has everything and only has to be checked. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { modelFiles } from '../../ai/registry/modelFiles';
import type { InstalledFile } from '../../ai/modelState';
import { isOtherFile } from '../../ai/registry/published';
import type { FileEntry, Host, Runtime } from '../../platform/types';
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
import { readStaged, type StagedTools } from './staged';

export interface ReopenTools extends StagedTools {
  host: Host;
}

export interface Reopening {
  config: LlmModelConfig;
  /** The place in the store that only this owner writes to. */
  staging: string;
}

/**
 * Takes what lies in the model's folder into staging, with what its manifest remembers of each
 * block: a copy by hand, a model whose record was lost, or one that is to be repaired. It counts
 * as received and is read back like everything else, and what turns out bad is fetched again.
 * Nothing is fetched here; a crash anywhere leaves a download that goes on.
 */
export async function reopen(
  tools: ReopenTools,
  { config, staging }: Reopening,
  plan: DownloadPlan,
): Promise<void> {
  const { files } = tools;
  const { folderName } = config;
  const manifest = await readManifest(files, folderName, plan.runtime);
  const present = await files.list(folderName);
  const staged = await readStaged(tools, staging, plan);
  for (const file of plan.files) {
    const path = `${folderName}/${file.fileName}`;
    const found = present.find((entry) => entry.path === path);
    const hasBegun = (staged.get(file.fileName)?.receivedBytes ?? 0) > 0;
    if (!found || hasBegun || !mayBe(file, found)) continue;
    const had = manifest?.files.find(({ fileName }) => fileName === file.fileName);
    // By its own record it is whole, and another file: no beginning of this one, and in its place.
    if (had && had.sizeBytes !== file.sizeBytes) await files.remove(path);
    else
      await stage(tools, { file, found, had, partPath: `${staging}/${partName(file.fileName)}` });
  }
  await removeManifest(files, folderName, plan.runtime);
}

interface Staging {
  file: PlannedFile;
  found: FileEntry;
  /** What its manifest says of it. */
  had: InstalledFile | undefined;
  partPath: string;
}

async function stage(tools: ReopenTools, { file, found, had, partPath }: Staging): Promise<void> {
  const written = [{ startBytes: 0, endBytes: found.sizeBytes }];
  // Of another file they would only tell its own blocks from damaged ones.
  const wantsOther = file.digest?.algorithm === 'sha256' && file.digest.hex !== had?.sha256;
  const digests = wantsOther ? [] : (had?.blocks ?? []);
  const place = { path: journalPath(partPath), totalBytes: file.sizeBytes };
  // The part first: a journal without it vouches for nothing, the other way round for the wrong bytes.
  await tools.files.remove(partPath);
  await writeJournal(tools, place, { synced: [], written, digests, versions: [] });
  await tools.files.move(found.path, partPath);
}

/** Whether what was found can be the file, or the beginning of it. */
function mayBe({ sizeBytes, source }: PlannedFile, found: FileEntry): boolean {
  return source.kind === 'remote' && sizeBytes !== undefined && found.sizeBytes <= sizeBytes;
}

/**
 * Makes an installed model a download of what the registry names that has everything, to be checked
 * and mended; of a file that isn't the one that is named, what may still be it. It isn't installed any
 * more when this resolves; false when it wasn't before.
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
      // Of another file than the one that is named its record says nothing that could be used.
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
