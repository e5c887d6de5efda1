import { expect, it } from 'vitest';
import { createManualClock } from '../../platform/memory/manualClock';
import { createAnswerStream } from './conversationStream';

it('calls nobody once the answer has ended', () => {
  const clock = createManualClock();
  const calls: string[] = [];
  const stream = createAnswerStream(clock, {
    show: ({ text }) => calls.push(`show ${text}`),
    keep: ({ text }) => calls.push(`keep ${text}`),
  });
  stream.take('a', 'answer');
  stream.take('b', 'answer');
  expect(stream.end()).toEqual({ thought: '', thoughtMs: undefined, text: 'ab' });
  clock.advance(5_000);
  expect(calls).toEqual(['show a']);
});
