/** The size of each entry as it reaches a device: with what it imports, without its peers, compressed. */
import { promisify } from 'node:util';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompress } from 'node:zlib';
import { build } from 'esbuild';
import type { ENTRIES } from './entries';

const compress = promisify(brotliCompress);

/** The largest sizes in bytes: today's, and a little. A page adds the workers that it starts. */
const BUDGETS: Readonly<Record<keyof typeof ENTRIES | `workers/${string}`, number>> = {
  index: 36_900,
  app: 45_000,
  react: 5_900,
  expo: 36_400,
  'expo.web': 15_000,
  web: 7_700,
  node: 21_500,
  screen: 20_500,
  executorch: 19_700,
  wllama: 10_500,
  'node-llama-cpp': 6_500,
  testing: 28_300,
  'workers/files': 6_500,
  'workers/hash': 11_100,
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
    const { outputFiles } = await build({
      entryPoints: [join(packageFolder, 'dist', `${name}.js`)],
      outdir: join(packageFolder, 'measured'),
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external: [...peers, 'react/jsx-runtime', 'node:*'],
      write: false,
      logLevel: 'silent',
    });
    const compressed = await Promise.all(outputFiles.map(({ contents }) => compress(contents)));
    const bytes = compressed.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return { name, bytes, budgetBytes };
  });
  return Promise.all(sizes);
}
