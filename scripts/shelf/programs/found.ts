/** Model files in the folders of another program, as its documented layout names them. Nothing there is changed. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isAbsent } from '../../../lib/platform/node/nodeErrors';

export interface FoundFile {
  /** As the program itself lists it; unique among its files. */
  name: string;
  /** The absolute path, which may be a link. */
  path: string;
  sizeBytes: number;
  /** By the program’s own records, in lower-case hex; undefined where it keeps none. */
  sha256: string | undefined;
  /** The pinned address that it was downloaded from; undefined where the program keeps none. */
  url: string | undefined;
}

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
}

/** A variable of the environment; one that is empty counts as unset. */
export function stated({ env }: Surroundings, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** The entries of a folder, none where there is no such folder or it can’t be read: another user’s, for example. */
export async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

/** Paths of all files below a folder, relative to it with `/`, links included. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  // No program puts its models deeper.
  const walk = async (path: string, depth: number): Promise<void> => {
    for (const name of await entriesOf(join(folder, path))) {
      const below = path === '' ? name : `${path}/${name}`;
      const stats = await stat(join(folder, below)).catch(() => undefined);
      if (stats?.isFile()) found.push(below);
      if (stats?.isDirectory() && depth < 8) await walk(below, depth + 1);
    }
  };
  await walk('', 0);
  return found;
}

/** The size of a file and its real path; undefined where there is none, as behind a link to a removed file. */
export async function fileAt(
  path: string,
): Promise<{ real: string; sizeBytes: number } | undefined> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    return stats.isFile() ? { real, sizeBytes: stats.size } : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

const MOST_RECORD_BYTES = 1024 * 1024;

/** A record in JSON, undefined where it is missing, too long or damaged. */
export async function jsonAt(path: string): Promise<unknown> {
  try {
    if ((await stat(path)).size > MOST_RECORD_BYTES) return undefined;
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    // The program may be writing it now.
    return undefined;
  }
}

export const isModelName = (path: string): boolean => /\.gguf$/i.test(path);
