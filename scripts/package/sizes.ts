/**
 * The size of each entry as it reaches a device: with what it imports at once, without its peers, compressed. Parts that
 * are loaded at their first use aren't counted.
 */
import { promisify } from 'node:util';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { brotliCompress } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import type { ENTRIES } from './entries';

const compress = promisify(brotliCompress);

/** What an app with models of its own takes of `index`. */
const CORE = "export { createShelf } from './dist/index.js';";

/** The largest sizes in bytes: today's, and a little. A page adds the workers that it starts. */
const BUDGETS: Readonly<Record<'core' | keyof typeof ENTRIES | `workers/${string}`, number>> = {
  // Of which some 3 kB are updates with a way back, removals with Undo, the room that both give up, and other drives.
  core: 42_500,
  index: 45_200,
  app: 62_500,
  react: 8_700,
  // Of which 15 kB are the plural rules that Hermes lacks, and 1 kB is the check of the record of models on cards.
  expo: 57_000,
  'expo.web': 15_000,
  web: 13_600,
  node: 28_300,
  screen: 38_700,
  executorch: 21_000,
  wllama: 1_900,
  'node-llama-cpp': 9_700,
  testing: 38_600,
  'workers/files': 17_700,
  'workers/hash': 13_500,
  'workers/sqlite': 62_500,
  'workers/template': 16_700,
};

export interface Size {
  name: string;
  bytes: number;
  budgetBytes: number;
}

export async function measureSizes(packageFolder: string): Promise<Size[]> {
  const text = await readFile(join(packageFolder, 'package.json'), 'utf8');
  const { peerDependencies } = JSON.parse(text) as { peerDependencies: Record<string, string> };
  const peers = Object.keys(peerDependencies).flatMap((name) => [name, `${name}/*`]);
  const sizes = Object.entries(BUDGETS).map(async ([name, budgetBytes]) => {
    const { outputFiles, metafile } = await build({
      ...(name === 'core'
        ? { stdin: { contents: CORE, resolveDir: packageFolder } }
        : { entryPoints: [join(packageFolder, 'dist', `${name}.js`)] }),
      outdir: join(packageFolder, 'measured'),
      bundle: true,
      splitting: true,
      metafile: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external: [...peers, 'react/jsx-runtime', 'node:*'],
      write: false,
      logLevel: 'silent',
    });
    const atOnce = loadedAtOnce(metafile);
    const loaded = outputFiles.filter(({ path }) => atOnce.has(path));
    // Compressed together: a bundler makes one file of them.
    const { byteLength } = await compress(Buffer.concat(loaded.map(({ contents }) => contents)));
    return { name, bytes: byteLength, budgetBytes };
  });
  return Promise.all(sizes);
}

/** The files of the entry, and of what it imports without `import()`. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const found = new Set<string>();
  const add = (path: string) => {
    if (found.has(resolve(path))) return;
    found.add(resolve(path));
    for (const { kind, path: next, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) add(next);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint !== undefined && !isOnDemand(outputs, path)) add(path);
  }
  return found;
}

/** A part that is imported by `import()` is an entry point, too. */
function isOnDemand(outputs: Metafile['outputs'], path: string): boolean {
  return Object.values(outputs).some(({ imports }) =>
    imports.some((one) => one.kind === 'dynamic-import' && one.path === path),
  );
}
