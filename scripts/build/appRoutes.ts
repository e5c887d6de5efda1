/** The addresses of the app's screens, from the files of `app/`. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { PROJECT_ROOT } from './projectRoot';

/** Without a slash at either end; empty for the app's own address. @throws Error for a route with a parameter. */
export async function appRoutes(root = join(PROJECT_ROOT, 'app')): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /^[^_+].*\.tsx$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const routes = paths.map((path) => path.replace(/\.tsx$/, '').replace(/(^|\/)index$/, ''));
  const dynamic = routes.find((route) => route.includes('['));
  if (dynamic !== undefined) {
    throw new Error(`${dynamic} stands for many addresses: a static host needs a page for each.`);
  }
  return routes.sort();
}
