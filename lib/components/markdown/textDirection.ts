/** The direction in which a text is written. Pure. */
import type { Block, Inline } from './markdownBlocks';

/** The blocks of Unicode whose letters are written from right to left: Hebrew, Arabic and their relatives. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const LETTER = /\p{L}/u;

/** By the first letter, as browsers do it for `dir="auto"`; undefined for a text without letters. */
export function textDirection(text: string): 'ltr' | 'rtl' | undefined {
  const letter = LETTER.exec(text)?.[0];
  if (letter === undefined) return undefined;
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}

/** The words of blocks, without code, which is always written from left to right. */
export function wordsOf(blocks: readonly Block[]): string {
  return blocks.map(wordsOfBlock).join(' ');
}

export const wordsOfInlines = (inlines: readonly Inline[]): string =>
  inlines.map(wordsOfInline).join('');

function wordsOfInline(inline: Inline): string {
  if (inline.kind === 'code') return '';
  return 'text' in inline ? inline.text : wordsOfInlines(inline.children);
}

function wordsOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return wordsOfInlines(block.children);
    case 'quote':
      return wordsOf(block.blocks);
    case 'list':
      return block.items.map(wordsOf).join(' ');
    case 'table':
      return block.header.map(wordsOfInlines).join(' ');
    case 'code':
    case 'rule':
      return '';
  }
}
