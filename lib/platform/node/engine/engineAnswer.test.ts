import { describe, expect, it } from 'vitest';

import type { Channel } from '../../types';
import { systemClock } from '../../shared/systemClock';
import { askEngine } from './engineAnswer';
import type { EngineProcess } from './engineProcess';
import type { EngineReport } from './engineProtocol';

const request = { messages: [], maxTokens: 9, temperature: 0, topP: 1, thinking: true };
const stats = {
  ...{ promptTokens: 3, generatedTokens: 2, finishReason: 'stop' as const },
  ...{ prefillTokensPerSecond: 10, tokensPerSecond: 20 },
};

/** A process that reports what the test says, at once. */
function reporting(...reports: EngineReport[]): EngineProcess {
  return {
    ask: (_, take) => {
      const [value] = reports.map(take).filter((taken) => taken !== undefined);
      return value === undefined ? Promise.reject(new Error('it ended')) : Promise.resolve(value);
    },
    send: () => undefined,
    hasEnded: () => false,
    end: () => Promise.resolve(),
  };
}

async function ask(engine: EngineProcess) {
  const said: [string, Channel][] = [];
  const onText = (text: string, channel: Channel) => said.push([text, channel]);
  const { signal } = new AbortController();
  const tools = { clock: systemClock, contextTokens: 512, onText, signal };
  const given = await askEngine(engine, request, tools);
  return { said, given };
}

describe('an answer from the engine’s process', () => {
  it('has its thoughts told apart, and the time to its first word', async () => {
    const texts = ['<thi', 'nk>Hm', '.</think>\n\n', 'Yes'];
    const reports = texts.map((text) => ({ kind: 'text' as const, text }));
    const { said, given } = await ask(reporting(...reports, { kind: 'answered', stats }));
    expect(said.filter(([, channel]) => channel === 'thought')).toEqual([
      ['Hm', 'thought'],
      ['.', 'thought'],
    ]);
    expect(said.at(-1)).toEqual(['Yes', 'answer']);
    expect(given).toMatchObject(stats);
    expect(given.timeToFirstTokenMs).toBeGreaterThanOrEqual(0);
  });

  it.each<[string, EngineReport[], object]>([
    ['a long prompt', [{ kind: 'too-long' }], { code: 'CONTEXT_FULL' }],
    [
      'a template that refuses',
      [{ kind: 'failed', reason: 'No system role' }],
      { code: 'GENERATION_FAILED', details: { reason: expect.stringContaining('No system role') } },
    ],
    ['a crash', [], { code: 'GENERATION_FAILED' }],
    ['an answer to something else', [{ kind: 'stopped' }], { code: 'GENERATION_FAILED' }],
  ])('fails as the port says for %s', async (_, reports, failure) => {
    await expect(ask(reporting(...reports))).rejects.toMatchObject(failure);
  });
});
