/** Checks the links between the repository's Markdown files, as GitHub shows them: each file and each heading. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { PROJECT_ROOT } from '../build/projectRoot';
import type { Page } from './pages';
import { headingIds, proseLines } from './slug';

const CODE = /`[^`]*`/g;
/** VitePress inserts that file as a code block. */
const SNIPPET = /^<<< (\S+)$/g;
const LINK = /\]\(([^()\s]+(?:\([^()\s]*\))?)\)/g;
const ELSEWHERE = /^[a-z][a-z+.-]*:|^\/\//i;
/** Written by TypeDoc during the build; the check of the built site covers these links. */
const GENERATED = /^docs\/api(\/|$)/;

/** A line for each link that leads to no file or to no heading, with the page and the line. */
export function findBrokenLinks(
  pages: readonly Page[],
  exists: (path: string) => boolean = (path) => existsSync(join(PROJECT_ROOT, path)),
): string[] {
  const headings = new Map(pages.map(({ path, markdown }) => [path, headingIds(markdown)]));

  function faultOf(link: string, from: string): string | undefined {
    const [path = '', id] = link.split('#');
    const target = path === '' ? from : normalize(join(dirname(from), decodeURIComponent(path)));
    if (GENERATED.test(target)) return undefined;
    if (!exists(target)) return `${link} leads to no file`;
    const ids = headings.get(target);
    if (id === undefined || ids === undefined || ids.includes(id)) return undefined;
    return `${link} leads to no heading`;
  }

  return pages.flatMap(({ path, markdown }) =>
    proseLines(markdown).flatMap((line, index) =>
      [...line.replace(CODE, '').matchAll(LINK), ...line.matchAll(SNIPPET)].flatMap(
        ([, link = '']) => {
          const fault = ELSEWHERE.test(link) ? undefined : faultOf(link, path);
          return fault === undefined ? [] : [`${path}:${index + 1}: ${fault}`];
        },
      ),
    ),
  );
}
