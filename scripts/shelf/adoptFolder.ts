/** `modelshelf install --adopt`: finds files of the lock in a folder of another program, and copies them into the store. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { modelFiles } from '../../lib/ai/registry/modelFiles';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { formatBytes, printable } from '../../lib/components/words/words';
import { reasonOf } from '../../lib/platform/node/nodeErrors';
import type { Runtime } from '../../lib/platform/types';
import type { Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { LockError } from './lock/lockError';

/** The folder in the store for copies that were not compared yet. */
const ARRIVALS = '.adopted';
/** The copies of a process that was killed are removed after this time: a living one may still be copying. */
const STALE_MS = 24 * 3600 * 1000;

export interface AdoptedFolders {
  /** The folder of the other program. Nothing in it is changed. */
  source: string;
  /** The models folder. */
  store: string;
}

/**
 * A manager whose `ensureModelPresent` first looks in another folder for files with the sizes of the model’s. They are
 * cloned where the file system can, else copied: a hard link would be copied before the first write anyway, because the
 * original belongs to the other program. Which of them are the model’s files is decided by their digests alone.
 */
export function adoptingManager(
  { source, store }: AdoptedFolders,
  reporter: Reporter,
): (app: Composition) => Composition['manager'] {
  const arrivals = join(resolve(store), ARRIVALS);
  return ({ manager }) => ({
    ...manager,
    async ensureModelPresent(config) {
      const state = manager.getSnapshot().states[config.modelId]?.kind;
      if (state === 'installed') return manager.ensureModelPresent(config);
      const name = randomUUID();
      const place = join(arrivals, name);
      try {
        await removeStale(arrivals);
        const found = await filesOfSizes(source, sizesOf(config, manager.runtimeOf(config)));
        if (found.length > 0) await mkdir(place, { recursive: true });
        const paths: string[] = [];
        for (const { path, sizeBytes } of found) {
          const copy = `file-${String(paths.length)}`;
          await copyFile(path, join(place, copy), constants.COPYFILE_FICLONE);
          paths.push(`${ARRIVALS}/${name}/${copy}`);
          const about = { modelId: config.modelId, path, sizeBytes };
          const words = `${config.modelId}: found ${printable(path)}, ${formatBytes(sizeBytes)}`;
          reporter.tell({ event: 'found', ...about }, words);
        }
        return await manager.adoptFiles(config, paths);
      } finally {
        await rm(place, { recursive: true, force: true });
        // Fails where another process has copies in it.
        await rmdir(arrivals).catch(() => undefined);
      }
    },
  });
}

function sizesOf(config: LlmModelConfig, runtime: Runtime): ReadonlySet<number> {
  const sources = modelFiles(config, runtime).map(({ source }) => source);
  return new Set(
    sources.flatMap((source) =>
      source.kind === 'remote' && source.sizeBytes !== undefined ? [source.sizeBytes] : [],
    ),
  );
}

/** Regular files only: what a link names, such as the snapshots in the hub’s own cache, is in the folder as a file. */
async function filesOfSizes(folder: string, sizes: ReadonlySet<number>) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw new LockError(`${folder} can’t be read: ${reasonOf(error)}`);
    },
  );
  const found: { path: string; sizeBytes: number }[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    if (sizes.has(size) && size > 0) found.push({ path, sizeBytes: size });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function removeStale(arrivals: string): Promise<void> {
  const names = await readdir(arrivals).catch(() => []);
  for (const name of names) {
    const { mtimeMs } = await stat(join(arrivals, name));
    if (mtimeMs < Date.now() - STALE_MS) await rm(join(arrivals, name), { recursive: true });
  }
}
