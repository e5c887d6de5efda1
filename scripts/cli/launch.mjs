/**
 * Runs a command compiled, because translating it at every start takes longer than all else that
 * a start does. Plain JavaScript for the same reason.
 */
import { readFileSync, statSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** `name` is that of a file in `scripts/`. */
export async function launch(name) {
  const folder = compiled() ?? (await compile());
  await import(new URL(`${folder}/${name}.mjs`, ROOT).href);
}

/** Where the last compilation is, or undefined when a file that it was made of or consists of has changed since. */
function compiled() {
  try {
    const record = JSON.parse(readFileSync(new URL('.cache/cli/compiled.json', ROOT), 'utf8'));
    return record.files.every(isUnchanged) ? record.folder : undefined;
  } catch {
    // Never compiled, or not to be read: compile.
    return undefined;
  }
}

function isUnchanged({ path, sizeBytes, modifiedMs }) {
  const { size, mtimeMs } = statSync(new URL(path, ROOT));
  return size === sizeBytes && mtimeMs === modifiedMs;
}

async function compile() {
  const { tsImport } = await import('tsx/esm/api');
  const { compileCli } = await tsImport('./compile.ts', import.meta.url);
  return compileCli(ROOT);
}
