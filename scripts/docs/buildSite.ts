/** Builds the documentation into `site/`, and checks its links and its code blocks. */
import { join } from 'node:path';
import { build } from 'vitepress';
import { PROJECT_ROOT } from '../build/projectRoot';
import { buildApi } from './buildApi';
import { findBrokenLinks } from './checkLinks';
import { findDeadLinks } from './checkSite';
import { writeCodeBlocks } from './codeBlocks';
import { writtenPages } from './pages';
import { BLOCKS_FOLDER, DOCS_FOLDER } from './places';

const PLAIN: Parameters<typeof build>[1] = {
  mpa: 'true',
  minify: false,
  onAfterConfigResolve(config) {
    config.site.themeConfig = { ...(config.site.themeConfig as object), search: undefined };
    const code = (text: string) =>
      `<pre v-pre>${text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</pre>`;
    config.markdown = { ...config.markdown, highlight: code };
  },
};

export interface SiteBuild {
  /** From the project's root. */
  folder: string;
  /** Without scripts, search and colours: links and anchors are the same, in half of the time. */
  isOnlyToCheck: boolean;
}

/** The faults, a line each; empty when the site is built and each link leads somewhere. */
export async function buildSite({ folder, isOnlyToCheck }: SiteBuild): Promise<string[]> {
  const pages = writtenPages();
  writeCodeBlocks(pages, BLOCKS_FOLDER);
  const faults = [...findBrokenLinks(pages), ...(await buildApi())];
  const outDir = join(PROJECT_ROOT, folder);
  try {
    await build(DOCS_FOLDER, { outDir, ...(isOnlyToCheck && PLAIN) });
  } catch (error) {
    return [...faults, (error as Error).message];
  }
  return [...faults, ...findDeadLinks(outDir)];
}
