/** The id of a heading, as GitHub makes it. The site uses the same, so that one anchor works in both places. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

const FENCE = /^(`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s+(.+?)\s*#*$/;

/** The ids of a page's headings, in their order; an id that was there before gets a number. */
export function headingIds(markdown: string): string[] {
  const seen = new Map<string, number>();
  return proseLines(markdown).flatMap((line) => {
    const heading = HEADING.exec(line)?.[1];
    if (heading === undefined) return [];
    const id = slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    return count === 0 ? [id] : [`${id}-${count}`];
  });
}

/** The lines of a page; those inside code blocks are empty. */
export function proseLines(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split('\n').map((line) => {
    const mark = FENCE.exec(line.trimStart())?.[1];
    if (fence === undefined) {
      fence = mark;
      return mark === undefined ? line : '';
    }
    if (mark?.startsWith(fence) === true) fence = undefined;
    return '';
  });
}
