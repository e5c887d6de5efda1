/** Bundles the command lines, and the threads and processes that they start, into `.cache/cli`. */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const COMMANDS = ['scripts/downloadModels.ts', 'scripts/benchModels.ts'];
const COMPILER = 'scripts/cli/compile.ts';
const ADAPTERS = 'lib/platform/node';
const CACHE = '.cache/cli';
const RECORD = 'compiled.json';

// A process may have started from an older bundle and want its thread only now.
const KEPT_MS = 24 * 3600 * 1000;

/** What `scripts/cli/launch.mjs` reads. Paths are relative to the project. */
interface CompiledRecord {
  /** Where the commands are, by the names of their sources. */
  folder: string;
  /** All that went into the bundle and all that came out: one that differs makes it stale. */
  files: { path: string; sizeBytes: number; modifiedMs: number }[];
}

/**
 * Compiles into a new folder and makes it the one to start from. Returns its path relative to
 * `root`. Two at once don't disturb each other: the later one is kept.
 */
export async function compileCli(root: URL): Promise<string> {
  const startedMs = Date.now();
  const cache = fileURLToPath(new URL(CACHE, root));
  await mkdir(cache, { recursive: true });
  await removeOld(cache);
  const folder = await mkdtemp(join(cache, 'build-'));
  // For others who use this checkout: it is its owner's alone at first.
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
    // They look for WebAssembly and native code beside their own modules.
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
  // An input that was saved while it was read may have been read half: never taken for unchanged.
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
