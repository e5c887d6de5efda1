import fc from 'fast-check';
import { expect, it } from 'vitest';

import { parsePeerMessage } from '../../lib/ai/manage/peerMessages';
import { CASES, createHarmless, expectBytes, expectPlain } from './harmless';
import { mutatedJson } from './hostile';

const RIGHT = [
  {
    kind: 'progress',
    modelId: 'tiny',
    state: {
      kind: 'downloading',
      receivedBytes: 5,
      totalBytes: 9,
      bytesPerSecond: 2,
      secondsLeft: 2,
    },
  },
  {
    kind: 'progress',
    modelId: 'tiny',
    state: { kind: 'waiting', reason: 'retrying', receivedBytes: 5, totalBytes: 9 },
  },
  {
    kind: 'progress',
    modelId: 'tiny',
    state: { kind: 'verifying', verifiedBytes: 5, totalBytes: 9 },
  },
  { kind: 'changed', modelId: 'tiny' },
  { kind: 'hello' },
];

/** What a structured clone can bring: more than JSON can say. */
const message = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(...RIGHT.map(mutatedJson)).map(parsed) },
  {
    weight: 1,
    arbitrary: fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    }),
  },
);

function parsed(text: string): unknown {
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

it('hears from another tab only what a tab of ours could say', ({ task }) => {
  const harmless = createHarmless('peerMessages');
  const property = fc.property(message, (input) => {
    const result = harmless.run(() => parsePeerMessage(input));
    if (!result) return;
    expectPlain(result);
    expect(['progress', 'changed', 'pause', 'hello']).toContain(result.kind);
    if (result.kind === 'hello') return;
    expect(result.modelId.length).toBeLessThanOrEqual(64);
    if (result.kind !== 'progress') return;
    const { state } = result;
    expectPlain(state);
    // It may say how far it is, and never that a model is here, gone or broken.
    expect(['waiting', 'downloading', 'verifying']).toContain(state.kind);
    if ('receivedBytes' in state) expectBytes(state.receivedBytes);
    if ('totalBytes' in state) expectBytes(state.totalBytes);
    if (state.kind === 'verifying') expectBytes(state.verifiedBytes);
  });
  fc.assert(property, { numRuns: CASES.peerMessages });
  harmless.finish(task);
}, 120_000);
