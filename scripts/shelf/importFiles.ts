/** `modelshelf import`: model files that are on this computer already, into the models folder without a download. */
import { access } from 'node:fs/promises';
import { basename } from 'node:path';

import { groupParts } from '../../lib/ai/imports/groupParts';
import type { Imported, ImportState } from '../../lib/ai/imports/importFile';
import { openParts } from '../../lib/ai/imports/openParts';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { formatBytes, printable } from '../../lib/components/words/words';
import { isAbortError, isModelError, toFailure } from '../../lib/errors';
import { sum } from '../../lib/download/plan/plan';
import { shardName } from '../../lib/platform/gguf/shardNames';
import { compose, type Composition } from '../cli/compose';
import { localPath } from '../cli/localPath';
import type { Reporter } from '../cli/reporter';
import { NO_DIGEST } from '../cli/terminalWords';
import { onInterrupt } from '../cli/runCommandLine';
import { UsageError } from '../cli/usageError';
import { filesOfProgram, type Program } from './programs/programs';
import type { FoundFile } from './programs/found';
import type { ShelfOptions } from './shelfOptions';

type WantedFile = Pick<FoundFile, 'name' | 'path' | 'sha256' | 'url'>;

/** One file, or the parts of a split model that were named: those beside them are found later. */
interface Wanted {
  /** Of the first of them. */
  name: string;
  files: readonly WantedFile[];
  /** Undefined for a file that the person named. */
  program: Program | undefined;
}

/** Resolves with the exit code; files that are here already count as done. @throws UsageError, AbortError */
export async function importFiles(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { from, names, isDryRun, isForAll } = options;
  if (from === undefined) {
    const paths = new Set(names.map(localPath));
    const named = [...paths].map((path) => ({ name: basename(path), path, ...UNRECORDED }));
    const wanted = grouped(named, undefined);
    return isDryRun ? preview(options, reporter, wanted) : takeAll(options, reporter, wanted);
  }
  const { folders, files } = await filesOfProgram(from);
  if (files.length === 0) {
    const line = `${from} has no models here. Looked in ${folders.map(printable).join(' and ')}.`;
    reporter.tell({ event: 'nothing-found', program: from, folders }, line);
    return names.length === 0 ? 0 : 1;
  }
  const wanted = grouped(chosenOf(options, files), from);
  const isListing = names.length === 0 && !isForAll;
  if (isListing || isDryRun) return preview(options, reporter, wanted);
  return takeAll(options, reporter, wanted);
}

const UNRECORDED = { sha256: undefined, url: undefined };

/** Parts of a split model belong together where they are in one folder: two folders may have parts of the same names. */
function grouped(files: readonly WantedFile[], program: Program | undefined): Wanted[] {
  return groupParts(files, ({ path }) => path).map((parts) => {
    const inOrder = [...parts].sort((one, other) => (one.path < other.path ? -1 : 1));
    return { name: inOrder[0]?.name ?? '', files: inOrder, program };
  });
}

/** All listed parts of a split model where one is named. @throws UsageError for a name that the program doesn’t list */
function chosenOf({ from, names }: ShelfOptions, files: readonly FoundFile[]) {
  if (names.length === 0) return files;
  const models = groupParts(files, ({ path }) => path);
  const chosen = names.map((name) => {
    const found = models.find((parts) => parts.some((file) => file.name === name));
    if (found) return found;
    const list = files.map((file) => `  ${printable(file.name)}`).join('\n');
    throw new UsageError(`${from ?? ''} lists no ${printable(name)}. It lists:\n${list}`);
  });
  return [...new Set(chosen)].flat();
}

/** What would be taken in, and how much room it would need, without reading more than sizes and records. */
async function preview(
  options: ShelfOptions,
  reporter: Reporter,
  wanted: readonly Wanted[],
): Promise<number> {
  return onShelf(options, reporter, async ({ shelf, platform }) => {
    let isFine = true;
    const width = Math.max(...wanted.map(({ name }) => name.length));
    for (const { name, files, program } of wanted) {
      try {
        const paths = files.map(({ path }) => path);
        const opened = await openParts(platform.host, paths);
        const sizeBytes = sum(opened.map((file) => file.sizeBytes));
        const modelId = installedAs(shelf.list(), files);
        const { path, sha256 } = files[0] ?? {};
        const fileCount = opened.length;
        const about = { program, name, path, fileCount, sizeBytes, sha256, modelId };
        const parts = fileCount > 1 ? `${String(fileCount)} files, ` : '';
        const words = parts + (modelId === undefined ? 'not here' : `here as ${modelId}`);
        const line = `${printable(name).padEnd(width)}  ${formatBytes(sizeBytes).padStart(9)}  ${words}`;
        reporter.tell({ event: 'found', ...about }, line);
      } catch (error) {
        isFine = false;
        reporter.failed(named(name), toFailure(error));
      }
    }
    return isFine ? 0 : 1;
  });
}

async function takeAll(
  options: ShelfOptions,
  reporter: Reporter,
  wanted: readonly Wanted[],
): Promise<number> {
  return onShelf(options, reporter, async (app, signal) => {
    let isFine = true;
    for (const each of wanted) {
      try {
        await take(app, { reporter, wanted: each }, signal);
      } catch (error) {
        if (isAbortError(error)) throw error;
        isFine = false;
        reporter.failed(named(each.name), toFailure(error));
      }
    }
    return isFine ? 0 : 1;
  });
}

async function take(
  { shelf }: Composition,
  { reporter, wanted }: { reporter: Reporter; wanted: Wanted },
  signal: AbortSignal,
): Promise<void> {
  const { name, files } = wanted;
  const known = installedAs(shelf.list(), files);
  // What the other program records is enough to see that nothing has to be read.
  if (known !== undefined) {
    tellKnown(reporter, shelf, { name, modelId: known });
    return;
  }
  const label = wanted.program === undefined ? undefined : (shardName(name)?.stem ?? name);
  const onProgress = (state: ImportState) => {
    reporter.progress(named(name), asModelState(state, name));
  };
  try {
    const options = { signal, mayShare: true, records: files, label, onProgress };
    const paths = files.map(({ path }) => path);
    const imported = await shelf.importFile(paths, options);
    const { modelId } = imported.config;
    if (imported.how === 'here') {
      tellKnown(reporter, shelf, { name, modelId });
      return;
    }
    tellInstalled(reporter, shelf, { modelId, wasHere: false });
    tellImported(reporter, wanted, imported);
  } catch (error) {
    if (!isModelError(error) || error.code !== 'IMPORT_KNOWN') throw error;
    const { modelId } = error.details as { modelId: string };
    tellKnown(reporter, shelf, { name, modelId });
  }
}

const HOW: Readonly<Record<Imported['how'], string>> = {
  copied: 'copied',
  cloned: 'shares its bytes with the original (a clone)',
  linked: 'is the original itself (a hard link)',
  here: 'was here',
};

function tellImported(reporter: Reporter, { name, program }: Wanted, imported: Imported): void {
  const { config, isListed, how, files, sizeBytes } = imported;
  const { modelId, displayName, folderName } = config;
  const sha256 = files.length === 1 ? files[0]?.sha256 : undefined;
  const about = { program, name, modelId, displayName, folderName, sizeBytes, sha256, files, how };
  const trust = isListed ? 'it is the file that a list names' : NO_DIGEST;
  const parts = files.length > 1 ? `${String(files.length)} files, ` : '';
  const line = `${printable(name)}: ${modelId}, ${parts}${formatBytes(sizeBytes)}, ${HOW[how]}; ${trust}`;
  reporter.tell({ event: 'imported', ...about, isListed }, line);
}

function tellKnown(
  reporter: Reporter,
  shelf: Composition['shelf'],
  { name, modelId }: { name: string; modelId: string },
): void {
  tellInstalled(reporter, shelf, { modelId, wasHere: true });
  const line = `${printable(name)}: here as ${modelId}, nothing to do`;
  reporter.tell({ event: 'known', name, modelId }, line);
}

function tellInstalled(
  reporter: Reporter,
  shelf: Composition['shelf'],
  { modelId, wasHere }: { modelId: string; wasHere: boolean },
): void {
  const found = shelf.list().find(({ model }) => model.modelId === modelId);
  if (found?.state.kind === 'installed') reporter.installed(found.model, found.state, wasHere);
}

/** The installed model with all these files, by the digests that another program records. */
function installedAs(
  list: ReturnType<Composition['shelf']['list']>,
  files: readonly WantedFile[],
): string | undefined {
  return list.find(
    ({ state }) =>
      state.kind === 'installed' &&
      files.every(({ sha256 }) => state.files.some((file) => file.sha256 === sha256)),
  )?.model.modelId;
}

/** The reporter shows the steps of an import as those of a download. */
function asModelState(state: ImportState, name: string): Parameters<Reporter['progress']>[1] {
  switch (state.kind) {
    case 'copying': {
      const { copiedBytes: receivedBytes, totalBytes } = state;
      return {
        ...{ kind: 'downloading', bytesPerSecond: undefined, secondsLeft: undefined },
        ...{ receivedBytes, totalBytes, file: { fileName: name, receivedBytes, totalBytes } },
      };
    }
    case 'verifying':
      return state;
    case 'waiting':
    case 'checking':
    case 'installing': {
      const reason = state.kind === 'waiting' ? 'other-owner' : 'preparing';
      return { kind: 'waiting', reason, receivedBytes: 0, totalBytes: undefined };
    }
  }
}

/** A file has no id before it was read. */
function named(name: string): LlmModelConfig {
  return { modelId: printable(name) } as LlmModelConfig;
}

async function onShelf(
  { folder, lockPath, proxy }: ShelfOptions,
  reporter: Reporter,
  work: (app: Composition, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const hasLock = await access(lockPath).then(
    () => true,
    () => false,
  );
  // Only GGUF files are taken in.
  const runtime = 'llama.cpp' as const;
  const catalog = hasLock ? lockPath : undefined;
  const app = await compose({ folder, runtime, catalog, proxy }, reporter.warn);
  const stopping = new AbortController();
  const release = onInterrupt(() => {
    stopping.abort();
  });
  try {
    return await work(app, stopping.signal);
  } finally {
    release();
    await app.close();
  }
}
