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
  const open = md.renderer.rules.link_open;
  md.renderer.rules.link_open = (tokens, index, options, env: { path: string }, self) => {
    const token = tokens[index];
    const href = token?.attrGet('href') ?? '';
    if (/^\.\.?\//.test(href)) {
      const target = join(dirname(env.path), href.replace(/#.*/, ''));
      if (!target.startsWith(`${DOCS}/`)) {
        if (!existsSync(target)) throw new Error(`${env.path}: ${href} leads to no file`);
        if (ADDRESS === undefined) {
          const close = tokens.slice(index).find(({ type }) => type === 'link_close');
          for (const each of [token, close]) if (each) each.tag = 'span';
          if (token) token.attrs = [['title', relative(ROOT, target)]];
          return self.renderToken(tokens, index, options);
        }
        token?.attrSet('href', `${ADDRESS}/blob/HEAD/${relative(ROOT, target)}`);
      }
    }
    return open?.(tokens, index, options, env, self) ?? self.renderToken(tokens, index, options);
  };
}
