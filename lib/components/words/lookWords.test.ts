import { describe, expect, it } from 'vitest';

import type { JudgedBuild, JudgedRepository } from '../../ai/hub/judgeRepository';
import type { Look } from '../../ai/hub/lookAtBuild';
import { headerFacts, lookWords, overturnedWords } from './lookWords';

const HEADER = {
  ...{ architecture: 'qwen3moe', layers: 48, expertCount: 128, usedExpertCount: 8 },
  facts: { contextTokens: 40_960 },
};
const FIT = {
  ...{ fit: 'fits', neededBytes: 1.2e9, contextTokens: 4_096 },
  parts: { weightsBytes: 640e6, chatBytes: 470e6, engineBytes: 90e6 },
} as const;
const build = (look: Look, change: Partial<JudgedBuild['fit']> = {}) =>
  ({
    ...{ look, fit: { ...FIT, ...change }, scan: 'safe', runsHere: true, speed: undefined },
    found: { path: 'm-Q8_0.gguf', totalBytes: 640e6, build: { quantization: 'Q8_0' } },
  }) as JudgedBuild;
const read = { kind: 'read', header: HEADER } as const;
const offline = { code: 'NET_OFFLINE', details: { host: 'x' } } as const;

describe('the words of a look', () => {
  it.each<[JudgedBuild, string]>([
    [build({ kind: 'none' }), ''],
    [build({ kind: 'unread' }), 'Reading the beginning of the file…'],
    [build(read), 'Fits: needs about 1.2 GB of memory, with 4,096 tokens of a chat'],
    [build(read, { neededBytes: undefined }), 'How much memory it needs isn’t known.'],
    [build({ kind: 'closed' }), 'It can be looked at once its owner has given access.'],
    [build({ kind: 'refused', failure: offline }), 'It can’t be used here.'],
    [
      build({ kind: 'failed', failure: offline }),
      'The beginning of the file couldn’t be read (No connection); adding it reads it again.',
    ],
  ])('%#', (judged, words) => {
    expect(lookWords(judged)).toBe(words);
  });

  it('list the facts of its own header, and none of another one', () => {
    expect(headerFacts(build(read)).map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Memory: 640 MB for its weights, 470 MB for 4,096 tokens of a chat, 90 MB for the engine',
      'Architecture: qwen3moe',
      'Layers: 48',
      'Experts: 128 in each layer, of which a token uses 8',
      'Context: 40,960 tokens',
    ]);
    expect(headerFacts(build({ kind: 'unread' }))).toEqual([]);
  });

  it('show nothing of a hostile architecture but its first letters', () => {
    const header = { ...HEADER, architecture: `\u202e${'x'.repeat(1_000)}` };
    const shown = headerFacts(build({ kind: 'read', header }))[1]?.value ?? '';
    expect(shown).toHaveLength(59);
    expect(shown).not.toContain('\u202e');
  });
});

describe('a recommendation that its header overturns', () => {
  const judged = (fit: JudgedBuild['fit']['fit'], path: string | undefined) =>
    ({
      builds: [build(read, { fit, neededBytes: 9e9 })],
      recommendation: { build: path === undefined ? undefined : { path } },
    }) as unknown as JudgedRepository;
  const before = { build: { path: 'm-Q8_0.gguf' } } as Parameters<typeof overturnedWords>[0];

  it('is taken back with the reason', () => {
    expect(overturnedWords(before, judged('too-large', undefined))).toBe(
      'Q8_0, 640 MB, was recommended by the size of its files. Its header shows that it needs about 9.0 GB of memory: it is probably too large for this device.',
    );
    expect(overturnedWords(before, judged('tight', 'm-Q4_0.gguf'))).toMatch(
      /it loads only if other programs are closed\.$/,
    );
  });

  it('is not where it holds, or where a better build fits, too', () => {
    expect(overturnedWords(before, judged('fits', 'm-Q8_0.gguf'))).toBeUndefined();
    expect(overturnedWords(before, judged('tight', 'm-Q8_0.gguf'))).toBeUndefined();
    expect(overturnedWords(before, judged('fits', 'm-F16.gguf'))).toBeUndefined();
    const nothing = { ...before, build: undefined } as typeof before;
    expect(overturnedWords(nothing, judged('tight', undefined))).toBeUndefined();
  });
});
