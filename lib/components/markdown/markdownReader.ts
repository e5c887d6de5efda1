/** Reads Markdown that grows: a part that can't change any more is read once, and stays the same object. */
import { readBlocks } from './markdownBlocks';
import type { TopBlock } from './markdownBlocks';
import { finishMarkdown } from './markdownTail';

/** `growing`: more text will follow, so incomplete marks are completed for now. */
export type ReadMarkdown = (text: string, growing: boolean) => readonly TopBlock[];

export function createMarkdownReader(): ReadMarkdown {
  /** Blocks that later text doesn't change, and the text that they were read from. */
  let settled: readonly TopBlock[] = [];
  let settledText = '';

  return (text, growing) => {
    if (!text.startsWith(settledText)) {
      settled = [];
      settledText = '';
    }
    // A definition at the end can change a link at the beginning, so the complete text is read once more.
    if (!growing) return reuse(settled, readBlocks(text));
    const rest = text.slice(settledText.length);
    const read = readBlocks(rest);
    // Only the last block can still grow; a list or a table can do so even after an empty line.
    const lastAt = read.findLastIndex(({ block }) => block !== undefined);
    const done = read.slice(0, Math.max(0, lastAt));
    const doneText = done.map(({ raw }) => raw).join('');
    // If marked returned another text than it received (line ends, tabs), the position in the text is unknown.
    if (done.length > 0 && rest.startsWith(doneText)) {
      settled = [...settled, ...done];
      settledText += doneText;
    }
    return [...settled, ...readBlocks(finishMarkdown(text.slice(settledText.length)))];
  };
}

/** The blocks of `read`; an unchanged block is replaced by its previous object. */
function reuse(before: readonly TopBlock[], read: readonly TopBlock[]): readonly TopBlock[] {
  return read.map((block, place) => {
    const old = before[place];
    return old && JSON.stringify(old) === JSON.stringify(block) ? old : block;
  });
}
