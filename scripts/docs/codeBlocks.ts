/** The TypeScript blocks of the pages as files that the compiler can check. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './pages';

const BLOCK = /^```(tsx?)\n([\s\S]*?)^```$/gm;

/** The names that a page may use without saying where they come from. */
const NAMES = `declare const shelf: import('modelshelf').Shelf;
declare const platform: import('modelshelf').Platform;
declare const models: readonly import('modelshelf').LlmModelConfig[];
declare const modelId: string;
declare function show(text: string): void;
`;

export interface CodeBlock {
  /** `docs-guides-node.md-12.ts`: the page and the line where the block begins. */
  fileName: string;
  /** The code, on the lines that it has in its page, so that an error's line is the page's. */
  text: string;
}

export function codeBlocksOf({ path, markdown }: Page): CodeBlock[] {
  return [...markdown.matchAll(BLOCK)].map(({ index, 1: language = '', 2: code = '' }) => {
    const line = markdown.slice(0, index).split('\n').length;
    const fileName = `${path.replaceAll('/', '-')}-${line}.${language}`;
    return { fileName, text: `${'\n'.repeat(line)}${code}export {};\n` };
  });
}

/** Replaces what the folder contains. */
export function writeCodeBlocks(pages: readonly Page[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'names.d.ts'), NAMES);
  for (const { fileName, text } of pages.flatMap(codeBlocksOf))
    writeFileSync(join(folder, fileName), text);
}
