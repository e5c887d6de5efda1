/**
 * Makes a module of the parts of a package that the app uses. Metro keeps a package whole when it is imported as a
 * namespace, and the unused parts of valibot alone are a twentieth of what the first screen loads.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as valibot from 'valibot';
import { PROJECT_ROOT } from './projectRoot';

const USE = /\bv\.([a-z]\w*)/g;

/** The text of a module with all exports of valibot that the sources of `lib` and `app` use as `v.name`. */
export async function usedValibot(): Promise<Uint8Array> {
  const names = [...(await usedNames())].sort();
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names.join()} } from 'valibot';`, resolveDir: PROJECT_ROOT },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  const [bundled] = outputFiles;
  if (bundled === undefined) throw new Error('esbuild wrote no module.');
  return bundled.contents;
}

async function usedNames(): Promise<Set<string>> {
  const names = new Set<string>();
  for (const path of await sources()) {
    const source = await readFile(path, 'utf8');
    if (!source.includes(`* as v from 'valibot'`)) continue;
    for (const [, name] of source.matchAll(USE)) if (name && name in valibot) names.add(name);
  }
  return names;
}

async function sources(): Promise<string[]> {
  const lists = ['lib', 'app'].map(async (folder) => {
    const root = join(PROJECT_ROOT, folder);
    const names = await readdir(root, { recursive: true });
    return names.map((name) => join(root, name));
  });
  return (await Promise.all(lists)).flat().filter((name) => /(?<!\.test)\.tsx?$/.test(name));
}
