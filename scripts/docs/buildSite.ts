/** Builds the documentation into `site/`, and checks its links and its code blocks. */
import { build } from 'vitepress';
import { buildApi } from './buildApi';
import { findBrokenLinks } from './checkLinks';
import { findDeadLinks } from './checkSite';
import { writeCodeBlocks } from './codeBlocks';
import { writtenPages } from './pages';
import { BLOCKS_FOLDER, DOCS_FOLDER, SITE_FOLDER } from './places';

/** The faults, a line each; empty when the site is built and whole. */
export async function buildSite(): Promise<string[]> {
  const pages = writtenPages();
  writeCodeBlocks(pages, BLOCKS_FOLDER);
  const faults = [...findBrokenLinks(pages), ...(await buildApi())];
  try {
    await build(DOCS_FOLDER);
  } catch (error) {
    return [...faults, (error as Error).message];
  }
  return [...faults, ...findDeadLinks(SITE_FOLDER)];
}
