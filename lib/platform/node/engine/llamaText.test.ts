import type { Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';

import { createTextStream } from './llamaText';

const MARK = 256 as Token;

/** A vocabulary in which each byte is a token, and one more is special. */
const bytes = {
  detokenize: (tokens: readonly Token[], specialTokens = false) =>
    tokens.includes(MARK)
      ? specialTokens
        ? '<mark>'
        : ''
      : new TextDecoder().decode(Uint8Array.from(tokens)),
};

function pieces(text: Iterable<number>, shownTokens = new Set<Token>()): string[] {
  const said: string[] = [];
  const stream = createTextStream({ model: bytes, shownTokens, say: (piece) => said.push(piece) });
  for (const byte of text) stream.write(byte as Token);
  stream.end();
  return said;
}

describe('the text of tokens', () => {
  it('comes character by character, however many tokens each takes', () => {
    expect(pieces(new TextEncoder().encode('aé€😀'))).toEqual(['a', 'é', '€', '😀']);
  });

  it('goes on after bytes that are no character', () => {
    const said = pieces([...Array<number>(20).fill(0xff), 0x61]);
    expect(said.join('')).toBe(`${'\ufffd'.repeat(20)}a`);
    expect(said.length).toBeGreaterThan(1);
  });

  it('gives out an unfinished character at the end', () => {
    expect(pieces([0x61, 0xe2, 0x82])).toEqual(['a', '\ufffd']);
  });

  it('has those special tokens that are wanted, and no others', () => {
    const said = [0x61, 0xe2, MARK, 0x62];
    expect(pieces(said)).toEqual(['a', 'b']);
    expect(pieces(said, new Set([MARK]))).toEqual(['a', '\ufffd', '<mark>', 'b']);
  });
});
