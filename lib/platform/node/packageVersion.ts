/** Where this code is installed, and the versions of it and of other packages there. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MANIFEST = 'package.json';

/**
 * The folder of the package that this module belongs to, as an absolute path: of the sources, of a bundle below them,
 * or of an installed package.
 */
export function packageFolder(): string {
  const found = foldersAbove().find((folder) => readVersion(folder) !== undefined);
  if (found === undefined) throw new Error(`There is no ${MANIFEST} above ${import.meta.url}`);
  return found;
}

export function packageVersion(): string {
  return readVersion(packageFolder()) ?? '';
}

/** The version that is installed for this code; empty where the package isn't installed. */
export function installedVersion(packageName: string): string {
  for (const folder of foldersAbove()) {
    const version = readVersion(join(folder, 'node_modules', packageName));
    if (version !== undefined) return version;
  }
  return '';
}

/** From the folder of this module up to the root. */
function foldersAbove(): string[] {
  const folders = [dirname(fileURLToPath(import.meta.url))];
  for (let folder = folders[0] ?? ''; dirname(folder) !== folder; folder = dirname(folder)) {
    folders.push(dirname(folder));
  }
  return folders;
}

function readVersion(folder: string): string | undefined {
  try {
    const text = readFileSync(join(folder, MANIFEST), 'utf8');
    return (JSON.parse(text) as { version?: string }).version;
  } catch {
    // There is none, or none that could be this package's.
    return undefined;
  }
}
