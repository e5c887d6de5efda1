/** Builds what the page starts by address and Metro can't bundle: workers, and the files that WebAssembly engines fetch. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { PROJECT_ROOT } from './build/projectRoot';
import { usedValibot } from './build/usedParts';

const FIRST_SCRIPT = 'lib/platform/web/page/beginPage.ts';

/** See `pageParts.cjs`. */
const USED_VALIBOT = '.parts/valibot.mjs';

const WORKERS = {
  files: 'lib/platform/web/files/filesWorker.ts',
  hash: 'lib/platform/web/files/hashWorker.ts',
  sqlite: 'lib/platform/web/database/sqliteWorker.ts',
  template: 'lib/platform/web/engine/templateWorker.ts',
};

/** What SQLite's worker loads from its own folder. */
const SQLITE_FILES = ['sqlite3.wasm', 'sqlite3-opfs-async-proxy.js'];

/** From `node_modules` to `public`. */
const COPIES = {
  '@wllama/wllama/esm/wasm/wllama.wasm': 'engine/wllama.wasm',
  '@wllama/wllama-compat/wasm/wllama.wasm': 'engine/compat/wllama.wasm',
  '@wllama/wllama-compat/wasm/wllama.js': 'engine/compat/wllama.js',
};

/**
 * Brings `public/workers` and `public/engine` up to date; a file whose content stays the
 * same isn't touched. Takes a fraction of a second.
 */
export async function buildWorkers(): Promise<void> {
  const workers = join(PROJECT_ROOT, 'public', 'workers');
  await Promise.all([
    bundleWorkers(workers),
    bundlePageScript({ source: FIRST_SCRIPT, target: join(PROJECT_ROOT, 'public', 'begin.js') }),
    copyPackageFiles(),
    copyBundledModels(),
    writeIfChanged(join(PROJECT_ROOT, USED_VALIBOT), await usedValibot()),
  ]);
}

export interface PageScript {
  /** Relative to the project. */
  source: string;
  target: string;
  /** What the build knows, as `PAGE_BUILD` in the script. */
  build?: unknown;
}

/** The page's first script, or its service worker: each is one classic script. */
export async function bundlePageScript(script: PageScript): Promise<void> {
  const { source, target } = script;
  const { outputFiles } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [source],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    write: false,
    define: {
      PAGE_BUILD: script.build === undefined ? 'undefined' : JSON.stringify(script.build),
      'process.env.NODE_ENV': '"production"',
    },
  });
  for (const { contents } of outputFiles) await writeIfChanged(target, contents);
}

const PACKAGE_NAME = /node_modules\/((?:@[^/]+\/)?[^/]+)\/[^]*$/;

const UNUSED_WORKER = 'new URL("sqlite3-worker1.mjs", import.meta.url)';

/**
 * SQLite's module names a worker that is never started here. A host's bundler finds such an address by its text, and
 * fails when there is no such file.
 */
const withoutUnusedWorker: Plugin = {
  name: 'without-unused-worker',
  setup: ({ onLoad }) => {
    onLoad({ filter: /sqlite-wasm[/\\]dist[/\\]index\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(UNUSED_WORKER)) throw new Error(`${path} has no ${UNUSED_WORKER}`);
      return { contents: source.replace(UNUSED_WORKER, '"sqlite3-worker1.mjs"'), loader: 'js' };
    });
  },
};

/**
 * Each worker is complete in itself, so that any server or bundler can serve it. Resolves with the names of the
 * packages that are in them.
 */
export async function bundleWorkers(folder: string): Promise<string[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: WORKERS,
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    legalComments: 'none',
    write: false,
    metafile: true,
    plugins: [withoutUnusedWorker],
  });
  await Promise.all(outputFiles.map(({ path, contents }) => writeIfChanged(path, contents)));
  for (const name of SQLITE_FILES) {
    const source = join(PROJECT_ROOT, 'node_modules/@sqlite.org/sqlite-wasm/dist', name);
    await writeIfChanged(join(folder, name), await readFile(source));
  }
  const inputs = Object.keys(metafile.inputs).map((path) => PACKAGE_NAME.exec(path)?.[1]);
  return [...new Set(inputs.filter((name) => name !== undefined))].sort();
}

async function copyPackageFiles(): Promise<void> {
  for (const [source, target] of Object.entries(COPIES)) {
    const content = await readFile(join(PROJECT_ROOT, 'node_modules', source));
    await writeIfChanged(join(PROJECT_ROOT, 'public', target), content);
  }
}

// Metro could serve them as its own assets, but Vitest and the development server then
// need their own way; by address all three are the same.
async function copyBundledModels(): Promise<void> {
  const folder = join(PROJECT_ROOT, 'assets', 'bundled');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.gguf'));
  for (const name of names) {
    const content = await readFile(join(folder, name));
    await writeIfChanged(join(PROJECT_ROOT, 'public', 'engine', 'bundled', name), content);
  }
}

async function writeIfChanged(path: string, content: Uint8Array): Promise<void> {
  if (await isSame(path, content)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function isSame(path: string, content: Uint8Array): Promise<boolean> {
  try {
    return (await readFile(path)).equals(content);
  } catch {
    // Missing or unreadable: writing it settles which.
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildWorkers();
}
