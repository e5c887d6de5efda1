/** Reads Markdown that grows: what can't change any more is read once, and stays the same object. */
import { readBlocks } from './markdownBlocks';
import type { TopBlock } from './markdownBlocks';
import { finishMarkdown } from './markdownTail';

/** `growing`: more is to come, so what is half there is finished for now. */
export type ReadMarkdown = (text: string, growing: boolean) => readonly TopBlock[];

export function createMarkdownReader(): ReadMarkdown {
  /** Blocks that no later text changes, and the text that they were read from. */
  let settled: readonly TopBlock[] = [];
  let settledText = '';

  return (text, growing) => {
    if (!text.startsWith(settledText)) {
      settled = [];
      settledText = '';
    }
    // A definition at the end can change a link at the beginning, so the whole is read in the end.
    if (!growing) return reuse(settled, readBlocks(text));
    const rest = text.slice(settledText.length);
    const read = readBlocks(rest);
    // Only the last block may go on; a list or a table even after an empty line.
    const lastAt = read.findLastIndex(({ block }) => block !== undefined);
    const done = read.slice(0, Math.max(0, lastAt));
    const doneText = done.map(({ raw }) => raw).join('');
    // Where marked gave back other text than it got (line ends, tabs), there is no place to go on from.
    if (done.length > 0 && rest.startsWith(doneText)) {
      settled = [...settled, ...done];
      settledText += doneText;
    }
    return [...settled, ...readBlocks(finishMarkdown(text.slice(settledText.length)))];
  };
}

/** The blocks of `read`, those that are as before as the same objects. */
function reuse(before: readonly TopBlock[], read: readonly TopBlock[]): readonly TopBlock[] {
  return read.map((block, place) => {
    const old = before[place];
    return old && JSON.stringify(old) === JSON.stringify(block) ? old : block;
  });
}
