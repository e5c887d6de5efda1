import type { Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';

import { createTextStream } from './llamaText';

/** A vocabulary in which each byte is a token. */
const bytes = {
  detokenize: (tokens: readonly Token[]) => new TextDecoder().decode(Uint8Array.from(tokens)),
};

function pieces(text: Iterable<number>): string[] {
  const said: string[] = [];
  const stream = createTextStream(bytes, (piece) => said.push(piece));
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
});
