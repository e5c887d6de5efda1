/** Finds the tokenizer's files of a build for phones, by the names that publishers use. Pure. */
import type { FileRole } from '../runtimes/modelBuild';
import type { RepositoryFile } from '../discover/askRepository';

/** By role, the names that publishers use, the best first. */
const NAMES: Readonly<Partial<Record<FileRole, readonly string[]>>> = {
  tokenizer: ['tokenizer.json', 'tokenizer.model'],
  tokenizerConfig: ['tokenizer_config.json'],
};

/** In the folder of the weights, else in the nearest folder above it; undefined where no file has such a name. */
export function findCompanion(
  byPath: ReadonlyMap<string, RepositoryFile>,
  { path, role }: { path: string; role: FileRole },
): RepositoryFile | undefined {
  const names = NAMES[role] ?? [];
  for (const folder of foldersOf(path)) {
    for (const name of names) {
      const found = byPath.get(folder + name);
      if (found) return found;
    }
  }
  return undefined;
}

/** The folder of a path and every folder above it, each with its last slash; the nearest first, and `''` last. */
export function foldersOf(path: string): string[] {
  const folders = path.split('/').slice(0, -1);
  const above = (depth: number) =>
    folders
      .slice(0, depth)
      .map((each) => `${each}/`)
      .join('');
  return Array.from({ length: folders.length + 1 }, (_, index) => above(folders.length - index));
}
