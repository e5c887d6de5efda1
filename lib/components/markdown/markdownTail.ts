/**
 * Completes Markdown that is still being written, so that the shown text only grows: an incomplete mark is left out,
 * and an open one is closed. Pure.
 */

const FENCE = /^\s*(?:(?:[-*+>]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/;
/**
 * A line that may become a bullet, a number, a rule, an underline, a heading, a fence or a check box; without spaces
 * and quotes.
 */
const HALF_A_MARK = /^(?:[-*+_=#`~|]+|\d{1,9}[.)]?|(?:[-*+]|\d{1,9}[.)])\[[xX]?\]?)?$/;
/** A line whose marks don't depend on the lines before it. */
const STARTS_ANEW = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]|#|\||>)/;
const DELIMITER_ROW = /^[ \t|:-]*$/;
const HALF_A_LINK = /!?\[([^[\]]*)(?:\](?:\([^()\s]*)?)?$/;

const MARKS = /^(?:\\[^]?|`+|\*{1,3}|_{1,3}|~~|[^\\`*_~]+|~)/;
const EMPHASIS = /^(?:[*_]|~~)/;
/** Also an incomplete escape or strike. */
const HALF_AT_END = /^(?:[*_~]|\\$)/;

/** `text` begins at the beginning of a block. */
export function finishMarkdown(text: string): string {
  const lines = text.split('\n');
  const fence = openFence(lines);
  if (fence !== undefined) return finishCode(lines, fence);
  const from = lines.slice(0, -1).findLastIndex((line) => line.trim() === '') + 1;
  if (isHalfATable(lines.slice(from))) return lines.slice(0, from).join('\n');
  const bare = (lines.at(-1) ?? '').replaceAll(/[ \t>]/g, '');
  if (HALF_A_MARK.test(bare)) return lines.slice(0, -1).join('\n');
  const anew = lines.findLastIndex((line) => STARTS_ANEW.test(line));
  const scope = Math.max(from, anew);
  const before = lines.slice(0, scope).map((line) => `${line}\n`);
  return before.join('') + finishInline(lines.slice(scope).join('\n'));
}

interface OpenFence {
  marks: string;
  line: number;
}

function openFence(lines: readonly string[]): OpenFence | undefined {
  let open: OpenFence | undefined;
  for (const [line, text] of lines.entries()) {
    const [, marks = '', rest = ''] = FENCE.exec(text) ?? [];
    if (marks === '') continue;
    if (open === undefined) open = { marks, line };
    else if (marks.startsWith(open.marks) && rest.trim() === '') open = undefined;
  }
  return open;
}

function finishCode(lines: readonly string[], { marks, line }: OpenFence): string {
  const last = lines.at(-1) ?? '';
  const before = lines.slice(0, -1);
  // The language is known only when the line is complete.
  if (line === lines.length - 1)
    return [...before, last.slice(0, last.indexOf(marks) + 3)].join('\n');
  const mark = marks.charAt(0);
  const isHalfAFence = last.trim() !== '' && last.trim().replaceAll(mark, '') === '';
  return (isHalfAFence ? before : lines).join('\n');
}

function isHalfATable(paragraph: readonly string[]): boolean {
  const [header = '', second] = paragraph;
  if (!header.trimStart().startsWith('|') || paragraph.length > 2) return false;
  return second === undefined || DELIMITER_ROW.test(second);
}

function finishInline(text: string): string {
  const { open, cut } = openMarks(text.replace(HALF_A_LINK, '$1'));
  return open.length === 0 ? cut : cut.trimEnd() + open.reverse().join('');
}

/** The marks that aren't closed yet, and the text without an incomplete mark at its end. */
function openMarks(text: string): { open: string[]; cut: string } {
  const open: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [marks = ''] = MARKS.exec(text.slice(at)) ?? [];
    const next = at + marks.length;
    if (marks.startsWith('`')) {
      const end = closingTicks(text, marks, next);
      if (end === undefined) return closeCode({ text, at, next, marks, open });
      at = end;
      continue;
    }
    const isClosing = open.at(-1) === marks && !/\s/.test(text.charAt(at - 1));
    if (isClosing) open.pop();
    else if (next === text.length && HALF_AT_END.test(marks)) break;
    else if (EMPHASIS.test(marks) && mayOpen(text, at, next)) open.push(marks);
    at = next;
  }
  return { open, cut: text.slice(0, at) };
}

function mayOpen(text: string, at: number, next: number): boolean {
  const isInWord = text.charAt(at) === '_' && /[\p{L}\p{N}]/u.test(text.charAt(at - 1));
  return !isInWord && /\S/.test(text.charAt(next));
}

function closingTicks(text: string, marks: string, from: number): number | undefined {
  for (const { index, 0: run } of text.slice(from).matchAll(/`+/g)) {
    if (run === marks) return from + index + run.length;
  }
  return undefined;
}

interface OpenCode {
  text: string;
  at: number;
  next: number;
  marks: string;
  open: string[];
}

function closeCode({ text, at, next, marks, open }: OpenCode): { open: string[]; cut: string } {
  const code = text.slice(next).replace(/`+$/, '');
  if (code.trim() === '') return { open, cut: text.slice(0, at) };
  return { open: [...open, marks], cut: text.slice(0, next) + code };
}
