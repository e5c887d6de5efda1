/** Checks the built site: each internal link of its HTML leads to a file of the site and to an id in that file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ID = /\sid="([^"]+)"/g;
const LINK = /<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g;
const ELSEWHERE = /^[a-z][a-z+.-]*:|^\/\//i;
const ORIGIN = 'http://site';

interface Html {
  /** As the browser asks for it: `/guides/expo`, `/api/`. */
  address: string;
  links: string[];
  ids: Set<string>;
}

/** A line for each broken link, with the page that has it. */
export function findDeadLinks(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const paths = names.map((name) => `/${name.replaceAll('\\', '/')}`);
  const pages = paths.filter((path) => path.endsWith('.html')).map((path) => read(folder, path));
  const byAddress = new Map(pages.map((page) => [page.address, page]));
  const files = new Set(paths);

  function faultOf(link: string, from: string): string | undefined {
    const { pathname, hash } = new URL(link, ORIGIN + from);
    const path = decodeURIComponent(pathname);
    const page = byAddress.get(path.replace(/\.html$/, ''));
    if (page === undefined) return files.has(path) ? undefined : 'no such page or file';
    const id = decodeURIComponent(hash.slice(1));
    return id === '' || page.ids.has(id) ? undefined : 'no such anchor';
  }

  // The sidebar is on every page: a link is reported once.
  const faults = new Map<string, string>();
  for (const { address, links } of pages)
    for (const link of links) {
      if (ELSEWHERE.test(link)) continue;
      const fault = faultOf(link, address);
      const { pathname, hash } = new URL(link, ORIGIN + address);
      if (fault !== undefined && !faults.has(pathname + hash))
        faults.set(pathname + hash, `${address}: ${link}: ${fault}`);
    }
  return [...faults.values()];
}

function read(folder: string, path: string): Html {
  const html = readFileSync(join(folder, path), 'utf8');
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, text = '']) => plain(text));
  return {
    address: path.replace(/(index)?\.html$/, ''),
    links: [...new Set(all(LINK))],
    ids: new Set(all(ID)),
  };
}

function plain(attribute: string): string {
  return attribute.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
