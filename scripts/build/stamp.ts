/** Decides whether a build is still up to date with the sources. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The files and folders that the web build reads; missing ones are skipped. */
const INPUTS: readonly string[] = [
  'app',
  'lib',
  'modules',
  'package/entries',
  'assets',
  'public',
  'scripts/build',
  'scripts/buildWorkers.ts',
  'app.json',
  'babel.config.cjs',
  'pageParts.cjs',
  'paperParts.cjs',
  'metro.config.cjs',
  'package.json',
  'pnpm-lock.yaml',
  'tsconfig.json',
];

/** Made by the build itself, or by the person. */
const NOT_INPUTS = ['assets/models', 'public/begin.js', 'public/engine', 'public/workers'];

/**
 * One digest over everything that determines a build: names and contents of its inputs, by default those of the web
 * build, and Expo's public variables.
 */
export async function inputStamp(root: string, inputs = INPUTS): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await listInputs(root, inputs)) {
    const content = await readFile(join(root, path));
    hash.update(`${path}\0${String(content.length)}\0`).update(content);
  }
  for (const name of Object.keys(process.env).sort()) {
    if (name.startsWith('EXPO_PUBLIC_')) hash.update(`${name}=${String(process.env[name])}\0`);
  }
  return hash.digest('hex');
}

async function listInputs(root: string, inputs: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const input of inputs) found.push(...(await listBelow(root, input)));
  return found.sort();
}

async function listBelow(root: string, path: string): Promise<string[]> {
  if (NOT_INPUTS.includes(path) || /\.test\.tsx?$/.test(path)) return [];
  let entries;
  try {
    entries = await readdir(join(root, path), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
  const below = entries.map((entry) => {
    return listBelow(
      root,
      relative(root, join(root, path, entry.name))
        .split(sep)
        .join('/'),
    );
  });
  return (await Promise.all(below)).flat();
}
