/** A copy of the project as it is on the disk now, in which mistakes can be made: the project's own files are never touched. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../build/projectRoot';

export interface WorkCopy {
  folder: string;
  remove(): Promise<void>;
}

const PACKAGES = 'node_modules';
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What git knows and what is new, without what is ignored; packages are shared. */
export async function makeWorkCopy(): Promise<WorkCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'mutants-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const path of await projectFiles()) await cp(join(PROJECT_ROOT, path), join(folder, path));
    await symlink(join(PROJECT_ROOT, PACKAGES), join(folder, PACKAGES), 'junction');
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function projectFiles(): Promise<string[]> {
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['ls-files', '-z', ...args], {
      cwd: PROJECT_ROOT,
      maxBuffer: MOST_OUTPUT_BYTES,
    });
  const [present, gone] = await Promise.all([
    git('--cached', '--others', '--exclude-standard'),
    git('--deleted'),
  ]);
  // Where it is a link itself, git takes the packages for a file.
  const left = new Set(['', PACKAGES, ...gone.stdout.split('\0')]);
  return present.stdout.split('\0').filter((path) => !left.has(path));
}
