import { expect, it } from 'vitest';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import type { ModelFailure } from '../../errors';
import { cardBadges } from './cardBadges';

const failed = (failure: ModelFailure): ModelState => ({
  ...{ kind: 'failed', failure, receivedBytes: 0, totalBytes: undefined },
});
const REFUSED: ModelFailure = {
  code: 'MODEL_UNAVAILABLE',
  details: { modelId: 'a', reason: 'Too large.' },
};

it.each<[string, ModelState]>([
  ['Available', { kind: 'absent' }],
  ['Available', failed({ code: 'NET_OFFLINE', details: { host: 'hub.example' } })],
  ['Not on this device', { kind: 'unavailable', reason: 'Too large for a browser.' }],
  ['Not on this device', failed(REFUSED)],
])('ends with “%s”', (label, state) => {
  const model = {
    config: Qwen3_0_6B,
    runtime: 'llama.cpp',
    hasOtherBuilds: false,
    origin: undefined,
  } as const;
  expect(cardBadges({ ...model, state }).at(-1)?.label).toBe(label);
});
