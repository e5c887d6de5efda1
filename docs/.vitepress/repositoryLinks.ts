/** Links from a page to files of the repository that are no pages: to the repository's address if it is known. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MarkdownRenderer } from 'vitepress';
import manifest from '../../package/package.json';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCS = join(ROOT, 'docs');

/** Undefined until `repository` of package/package.json names it; the links are then plain text. */
const ADDRESS = (manifest as { repository?: { url: string } }).repository?.url
  .replace(/^git\+/, '')
  .replace(/\.git$/, '');

/**
 * A link that leaves `docs` becomes a link to the repository. @throws Error, which ends the build, if there is no such
 * file
 */
export function linkToRepository(md: MarkdownRenderer): void {
  md.core.ruler.push(
    'links-to-repository',
    ({ tokens, env }: { tokens: Token[]; env: unknown }) => {
      const { path } = env as { path: string };
      for (const { children } of tokens) {
        const links = children?.filter(({ type }) => type.startsWith('link_')) ?? [];
        for (const [index, link] of links.entries()) redirect(link, links[index + 1], path);
      }
    },
  );
}

type Token = ReturnType<MarkdownRenderer['parse']>[number];

function redirect(link: Token, end: Token | undefined, page: string): void {
  const href = link.attrGet('href') ?? '';
  const target = join(dirname(page), href.replace(/#.*/, ''));
  if (!/^\.\.?\//.test(href) || target.startsWith(`${DOCS}/`)) return;
  if (!existsSync(target)) throw new Error(`${page}: ${href} leads to no file`);
  const path = relative(ROOT, target);
  if (ADDRESS !== undefined) {
    link.attrSet('href', `${ADDRESS}/blob/HEAD/${path}`);
    return;
  }
  link.type = 'text_open';
  link.tag = 'span';
  link.attrs = [['title', path]];
  if (end) Object.assign(end, { type: 'text_close', tag: 'span' });
}
