/** The pages that people write, as opposed to those that TypeDoc writes into `docs/api`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../build/projectRoot';

/** Markdown files that aren't part of the site and link to it. */
const BESIDE_THE_SITE = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'package/README.md'];

export interface Page {
  /** From the project's root, `/`-separated. */
  path: string;
  markdown: string;
}

export function writtenPages(root: string = PROJECT_ROOT): Page[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/api/'));
  return [...BESIDE_THE_SITE, ...inDocs.sort()].map((path) => ({
    path,
    markdown: readFileSync(join(root, path), 'utf8'),
  }));
}
