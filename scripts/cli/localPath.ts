/** Paths as people type them. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { UsageError } from './usageError';

/** Where development models lie unless somebody names another folder; relative to the project. */
const DEVELOPMENT_MODELS = 'assets/models';

export function modelsFolder(typed: string | undefined): string {
  return typed === undefined ? DEVELOPMENT_MODELS : localPath(typed);
}

/**
 * The absolute path that is meant. A shell puts the home folder in place of a `~` that begins a word, and
 * leaves the one of `--dir=~/models` as it is. A package manager changes into the project's folder, while
 * a person means the one that they are in.
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
