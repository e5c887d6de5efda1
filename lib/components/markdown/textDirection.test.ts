import { describe, expect, it } from 'vitest';
import { readBlocks } from './markdownBlocks';
import { textDirection, wordsOf } from './textDirection';

const blocksOf = (text: string) => readBlocks(text).flatMap(({ block }) => block ?? []);

describe('the direction of a text', () => {
  it('is that of its first letter', () => {
    expect(textDirection('Hello مرحبا')).toBe('ltr');
    expect(textDirection('مرحبا Hello')).toBe('rtl');
    expect(textDirection('שלום')).toBe('rtl');
    expect(textDirection('你好')).toBe('ltr');
    expect(textDirection('नमस्ते')).toBe('ltr');
  });

  it('ignores digits, marks and pictures in front of that letter', () => {
    expect(textDirection('1. 😀 “مرحبا”')).toBe('rtl');
    expect(textDirection('٣٤ – Hello')).toBe('ltr');
  });

  it('is that of letters beyond the first 65,536 characters of Unicode, too', () => {
    expect(textDirection('𞤀𞤁')).toBe('rtl');
    expect(textDirection('𝒳')).toBe('ltr');
  });

  it('isn’t known without a letter', () => {
    expect(textDirection('')).toBeUndefined();
    expect(textDirection('1 + 1 = 2 😀')).toBeUndefined();
  });
});

describe('the words of Markdown', () => {
  it('are those of its paragraphs, lists, quotes and tables, without code', () => {
    const text =
      '> `code` **قال**\n\n- `npm` مرحبا\n\n| شهر |\n| --- |\n| a |\n\n```\nlet a\n```\n';
    expect(wordsOf(blocksOf(text)).replace(/\s+/g, ' ').trim()).toBe('قال مرحبا شهر');
  });
});
