/** Markdown tables, and the one document that all benches write their own section of. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PROJECT_ROOT } from '../build/projectRoot';

export const DOCUMENT = 'docs/benchmarks.md';
const TITLE = '# Benchmarks';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** Puts `body` below the heading, in the place of what was there or at the end. */
export async function writeSection(heading: string, body: string): Promise<void> {
  const path = join(PROJECT_ROOT, DOCUMENT);
  const before = await readFile(path, 'utf8').catch(() => TITLE);
  const options = await resolveConfig(path);
  const after = replaceSection(before, heading, body);
  await writeFile(path, await format(after, { ...options, parser: 'markdown' }));
}

export function replaceSection(document: string, heading: string, body: string): string {
  const sections = document.split(/^(?=## )/m);
  const section = `## ${heading}\n\n${body}\n\n`;
  const place = sections.findIndex((text) => text.startsWith(`## ${heading}\n`));
  if (place === -1) return `${document.trimEnd()}\n\n${section}`;
  return sections.with(place, section).join('');
}
