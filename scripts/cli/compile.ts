/** Bundles the command lines, and the threads and processes that they start, into `.cache/cli`. */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const COMMANDS = ['scripts/downloadModels.ts', 'scripts/benchModels.ts', 'scripts/modelshelf.ts'];
const COMPILER = 'scripts/cli/compile.ts';
const ADAPTERS = 'lib/platform/node';
const CACHE = '.cache/cli';
const RECORD = 'compiled.json';

// A process that was started from an older bundle may load its thread's module only now.
const KEPT_MS = 24 * 3600 * 1000;

/** The record that `scripts/cli/launch.mjs` reads. Paths are relative to the project. */
interface CompiledRecord {
  /** The folder of the commands, which are named after their sources. */
  folder: string;
  /** All inputs and outputs of the bundle: if one of them differs, the bundle is stale. */
  files: { path: string; sizeBytes: number; modifiedMs: number }[];
}

/**
 * Compiles into a new folder, from which commands then start. Returns its path relative to `root`.
 * Two compilations at once don't disturb each other: the later one is kept.
 */
export async function compileCli(root: URL): Promise<string> {
  const startedMs = Date.now();
  const cache = fileURLToPath(new URL(CACHE, root));
  await mkdir(cache, { recursive: true });
  await removeOld(cache);
  const folder = await mkdtemp(join(cache, 'build-'));
  // Lets other users of this checkout read the folder: `mkdtemp` makes it private.
  await chmod(folder, 0o755);
  const paths = await bundle(root, folder);
  const record: CompiledRecord = {
    folder: `${CACHE}/${relative(cache, folder)}`,
    files: await Promise.all(paths.map((path) => fileFacts(root, path, startedMs))),
  };
  const draft = join(folder, RECORD);
  await writeFile(draft, JSON.stringify(record));
  await rename(draft, join(cache, RECORD));
  return record.folder;
}

/** The files that were read and written. */
async function bundle(root: URL, folder: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: [...COMMANDS, ...(await startedByUrl(root))].map((path) => ({
      in: path,
      out: path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.')),
    })),
    // As deep below the project as the host’s folder, and flat, so that what is named by
    // `import.meta.url` is found: `../../../package.json`, `./hashWorker.mjs`.
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // These packages look for WebAssembly and native code beside their own modules.
    external: ['@sqlite.org/sqlite-wasm', 'node-llama-cpp'],
    metafile: true,
  });
  return [COMPILER, ...Object.keys(metafile.inputs), ...Object.keys(metafile.outputs)];
}

async function startedByUrl(root: URL): Promise<string[]> {
  const names = await readdir(new URL(ADAPTERS, root), { recursive: true });
  const programs = names.filter((name) => /(Worker|Child)\.m?[jt]s$/.test(name));
  return programs.map((name) => `${ADAPTERS}/${name}`);
}

async function fileFacts(root: URL, path: string, startedMs: number) {
  const { size, mtimeMs } = await stat(new URL(path, root));
  // An input that was saved during the build may have been read only in part, so it never counts as unchanged.
  const isOutput = path.startsWith(CACHE);
  const modifiedMs = isOutput || mtimeMs < startedMs ? mtimeMs : 0;
  return { path, sizeBytes: size, modifiedMs };
}

async function removeOld(cache: string): Promise<void> {
  const names = await readdir(cache);
  for (const name of names.filter((name) => name.startsWith('build-'))) {
    const { mtimeMs } = await stat(join(cache, name));
    if (mtimeMs < Date.now() - KEPT_MS) await rm(join(cache, name), { recursive: true });
  }
}
