import { describe, expect, it } from 'vitest';

import { createTurnEnd } from './turnEnd';

const STARTS = ['\nUser:', '\nAssistant:'];

function hear(text: string, size: number, starts: readonly string[] = STARTS) {
  let said = '';
  const turn = createTurnEnd((piece) => (said += piece), starts);
  for (let at = 0; at < text.length; at += size) turn.write(text.slice(at, at + size));
  const wasOver = turn.isOver();
  turn.end();
  return { said, wasOver };
}

describe.each([1, 2, 3, 5, 100])('the end of a turn, in pieces of %i', (size) => {
  it.each(['4\n\nUser: And 3 + 3?', '4\n\nAssistant: 4', '4\nUser: a\n\nAssistant: b'])(
    'is before the next one: %j',
    (text) => {
      expect(hear(text, size)).toEqual({ said: '4', wasOver: true });
    },
  );

  it.each(['Users: none', 'The User: you', 'One\n\nTwo\nUse', 'A\nUser'])(
    'isn’t where a turn only could begin: %j',
    (text) => {
      expect(hear(text, size)).toEqual({ said: text, wasOver: false });
    },
  );

  it('drops the white space before it, and what a stream ends with', () => {
    expect(hear('4 \n\n', size)).toEqual({ said: '4', wasOver: false });
  });

  it('is nowhere in a format that has tokens for it', () => {
    const text = 'Write\nUser: you\n';
    expect(hear(text, size, [])).toEqual({ said: text.trimEnd() + '\n', wasOver: false });
  });
});
