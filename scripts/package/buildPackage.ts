/** Builds the package `modelshelf` into `package/`: `pnpm package:build`. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'tsdown';
import { PROJECT_ROOT } from '../build/projectRoot';
import { bundleWorkers } from '../buildWorkers';
import { COPIES, ENTRIES, NODE_PROGRAMS, NODE_THREADS } from './entries';

export const PACKAGE = join(PROJECT_ROOT, 'package');
const DIST = join(PACKAGE, 'dist');

/** Its demo is this project's own: an app says itself what is packaged with it. */
const DEMO_FILES = join(PROJECT_ROOT, 'lib/platform/native/transfers/bundledFiles.ts');
const NO_FILES = 'export const BUNDLED_FILES = new Map();';

/** Rejects with the reason when anything can't be built. What was built before is gone first. */
export async function buildPackage(): Promise<void> {
  await removeBuilt();
  await build({
    config: false,
    logLevel: 'error',
    cwd: PROJECT_ROOT,
    entry: { ...ENTRIES, ...NODE_PROGRAMS },
    outDir: DIST,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    tsconfig: join(PACKAGE, 'tsconfig.json'),
    clean: false,
    sourcemap: true,
    dts: { sourcemap: true, entry: Object.values(ENTRIES) },
    // Every package stays outside; `checkImports.ts` holds them against the manifest.
    deps: { neverBundle: /^(?!\.{0,2}\/|[A-Za-z]:)[^\0]/ },
    outputOptions: {
      entryFileNames: ({ name }) => (name in NODE_PROGRAMS ? '[name].mjs' : '[name].js'),
      chunkFileNames: '[name]-[hash].js',
    },
    plugins: [
      {
        name: 'without-demo',
        load: (id: string) => (id === DEMO_FILES ? NO_FILES : undefined),
      },
    ],
  });
  const bundled = await bundleWorkers(join(DIST, 'workers'));
  await copyFiles();
  await writeFile(join(PACKAGE, LICENSES), await licensesOf(bundled));
}

/** Of the packages whose code is in the workers. */
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

async function licensesOf(packages: readonly string[]): Promise<string> {
  const texts = packages.map(async (name) => {
    const folder = join(PROJECT_ROOT, 'node_modules', name);
    const { license, version } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    ) as { license: string; version: string };
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : `\n${await readFile(join(folder, file), 'utf8')}`;
    return `${name} ${version}: ${license}\n${text}`;
  });
  return (await Promise.all(texts)).join('\n----\n\n');
}

async function removeBuilt(): Promise<void> {
  const built = ['dist', LICENSES, ...Object.keys(COPIES)];
  await Promise.all(built.map((path) => rm(join(PACKAGE, path), { recursive: true, force: true })));
}

async function copyFiles(): Promise<void> {
  const threads = Object.entries(NODE_THREADS).map(([to, from]) => [`dist/${to}`, from] as const);
  for (const [to, from] of [...Object.entries(COPIES), ...threads]) {
    await cp(join(PROJECT_ROOT, from), join(PACKAGE, to), { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildPackage();
}
