import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../memory/manualClock';
import { createPacedText } from './pacedText';

function pace() {
  const clock = createManualClock();
  const sent: string[] = [];
  return { clock, sent, text: createPacedText(clock, (piece) => sent.push(piece)) };
}

describe('text on its way to another process', () => {
  it('goes at once when nothing went just before', () => {
    const { clock, sent, text } = pace();
    text.write('a');
    clock.advance(20);
    text.write('b');
    expect(sent).toEqual(['a', 'b']);
  });

  it('goes together when it comes faster than anybody looks, and doesn’t wait for more', () => {
    const { clock, sent, text } = pace();
    for (const letter of 'abcd') text.write(letter);
    expect(sent).toEqual(['a']);
    clock.advance(16);
    expect(sent).toEqual(['a', 'bcd']);
    text.write('e');
    expect(sent).toHaveLength(2);
    clock.advance(16);
    expect(sent).toEqual(['a', 'bcd', 'e']);
  });

  it('goes all at the end, and nothing later', () => {
    const { clock, sent, text } = pace();
    for (const letter of 'abc') text.write(letter);
    text.end();
    clock.advance(100);
    expect(sent).toEqual(['a', 'bc']);
  });
});
