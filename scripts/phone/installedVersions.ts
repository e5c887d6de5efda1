/** Which app this is: its version, the commit it is built from, and the native packages that are installed with it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../build/projectRoot';
import { readVersion } from './fields';

export interface AppFacts {
  version: string | undefined;
  /** Undefined outside of a clone. */
  commit: string | undefined;
  /** The version of each, by its name. */
  packages: Readonly<Record<string, string>>;
}

const NATIVE = /^(react-native|react-native-.+|expo|expo-.+|@kesha-antonov\/.+)$/;

interface PackageFile {
  version?: string;
  dependencies?: Record<string, string>;
}

export async function readAppFacts(): Promise<AppFacts> {
  const { version, dependencies = {} } = await readPackage('.');
  const names = Object.keys(dependencies).filter((name) => NATIVE.test(name));
  const packages: Record<string, string> = {};
  for (const name of names) {
    packages[name] = (await installedVersion(name)) ?? 'unknown';
  }
  return { version: readVersion(version), commit: await readCommit(), packages };
}

async function installedVersion(name: string): Promise<string | undefined> {
  try {
    return readVersion((await readPackage(join('node_modules', name))).version);
  } catch {
    // Not installed.
    return undefined;
  }
}

async function readPackage(folder: string): Promise<PackageFile> {
  const text = await readFile(join(PROJECT_ROOT, folder, 'package.json'), 'utf8');
  return JSON.parse(text) as PackageFile;
}

async function readCommit(): Promise<string | undefined> {
  try {
    const args = ['rev-parse', '--short=12', 'HEAD'];
    const { stdout } = await promisify(execFile)('git', args, { cwd: PROJECT_ROOT });
    return /^[0-9a-f]{12}$/.exec(stdout.trim())?.[0];
  } catch {
    // No Git, or not a clone.
    return undefined;
  }
}
