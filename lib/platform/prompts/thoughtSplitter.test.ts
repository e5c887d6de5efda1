import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { USUAL_RULES } from './thoughtMarks';
import { createThoughtSplitter } from './thoughtSplitter';

function split(pieces: readonly string[]) {
  const said = { thought: '', answer: '' };
  const splitter = createThoughtSplitter((text, channel) => (said[channel] += text), USUAL_RULES);
  for (const piece of pieces) splitter.write(piece);
  splitter.end();
  return said;
}

describe('thoughts', () => {
  it('are told from the answer', () => {
    expect(split(['<think>\nHm.\n</think>\n\nYes.'])).toEqual({ thought: 'Hm.', answer: 'Yes.' });
  });

  it('may be empty, as when a model was told not to think', () => {
    expect(split(['<think>\n\n</think>\n\nYes.'])).toEqual({ thought: '', answer: 'Yes.' });
  });

  it('that never end are all thought', () => {
    expect(split(['<think>Hm, let me ', 'see </thi'])).toEqual({
      thought: 'Hm, let me see </thi',
      answer: '',
    });
  });

  it('are not what an answer says about tags', () => {
    const text = 'Use <think> and </think>.';
    expect(split([text])).toEqual({ thought: '', answer: text });
    expect(split(['<think>a</think>', text])).toEqual({ thought: 'a', answer: text });
  });

  it('come out the same however the stream is cut', () => {
    const texts = fc.constantFrom(
      '<think>\nOne < two.\n\n</think>\n\nThe answer: a <b>.',
      'No thought, but </think> and 1 < 2 .',
      '  <think>a</think>b',
      '<thinking aloud',
      '[THINK]a[/THINK]b',
      '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b',
      '<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b < c<|END_RESPONSE|>',
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat(60), { maxLength: 12 }), (text, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length];
        places.sort((a, b) => a - b);
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
        expect(split(pieces)).toEqual(split([text]));
      }),
    );
  });

  it('are given out as they come, not at the end', () => {
    const heard: string[] = [];
    const splitter = createThoughtSplitter(
      (text, channel) => heard.push(`${channel}: ${text}`),
      USUAL_RULES,
    );
    splitter.write('<think>First');
    splitter.write(' second');
    splitter.write('</think>Third');
    expect(heard).toEqual(['thought: First', 'thought:  second', 'answer: Third']);
  });

  it('that the prompt has begun go on at once, also where the model writes the mark again', () => {
    const begun = USUAL_RULES.marks.find(({ text }) => text === '<think>');
    const rules = { ...USUAL_RULES, begun };
    const hear = (pieces: readonly string[]) => {
      const said = { thought: '', answer: '' };
      const splitter = createThoughtSplitter((text, channel) => (said[channel] += text), rules);
      for (const piece of pieces) splitter.write(piece);
      splitter.end();
      return said;
    };
    const both = { thought: 'Hm.', answer: 'Yes.' };
    expect(hear(['Hm.\n</th', 'ink>\n\nYes.'])).toEqual(both);
    expect(hear(['\n<thi', 'nk>\nHm.</think>Yes.'])).toEqual(both);
    expect(hear(['</think>Yes.'])).toEqual({ thought: '', answer: 'Yes.' });
    expect(hear(['<b'])).toEqual({ thought: '<b', answer: '' });
  });
});
