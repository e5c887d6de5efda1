/** Paths as people type them. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { UsageError } from './usageError';

/** The default folder of development models, relative to the project. */
const DEVELOPMENT_MODELS = 'assets/models';

export function modelsFolder(typed: string | undefined): string {
  return typed === undefined ? DEVELOPMENT_MODELS : localPath(typed);
}

/**
 * The absolute path that the person means. A shell replaces a `~` at the beginning of a word by the home folder, but
 * not the `~` in `--dir=~/models`. A package manager changes into the project's folder, but the person means a path
 * relative to their own folder.
 * @throws UsageError for another person's home folder.
 */
export function localPath(typed: string): string {
  const [, user, rest = ''] = /^~([^/\\]*)(?:[/\\](.*))?$/.exec(typed) ?? [];
  if (user === '') return join(homedir(), rest);
  if (user !== undefined) {
    throw new UsageError(`${typed} names another person’s home folder. Write the whole path.`);
  }
  return resolve(process.env['INIT_CWD'] ?? '.', typed);
}
