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
  index: 46_500,
  app: 71_500,
  react: 7_100,
  expo: 39_000,
  'expo.web': 21_600,
  web: 13_400,
  node: 25_700,
  screen: 25_600,
  executorch: 19_700,
  wllama: 11_500,
  'node-llama-cpp': 7_400,
  testing: 33_700,
  'workers/files': 12_600,
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
