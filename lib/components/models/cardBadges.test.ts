import { expect, it } from 'vitest';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import type { ModelFailure } from '../../errors';
import { presenceBadge } from './cardBadges';

const failed = (failure: ModelFailure): ModelState => ({
  ...{ kind: 'failed', failure, receivedBytes: 0, totalBytes: undefined },
});
const REFUSED: ModelFailure = {
  code: 'MODEL_UNAVAILABLE',
  details: { modelId: 'a', reason: 'Too large.' },
};

const MODEL = {
  config: Qwen3_0_6B,
  runtime: 'llama.cpp',
  hasOtherBuilds: false,
  origin: undefined,
} as const;

it.each<[string, ModelState]>([
  ['Downloaded', { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] }],
  ['Not downloaded', { kind: 'absent' }],
  ['Not on this device', { kind: 'unavailable', reason: 'Too large for a browser.' }],
  ['Not on this device', failed(REFUSED)],
])('says “%s”', (label, state) => {
  expect(presenceBadge({ ...MODEL, state })?.label).toBe(label);
});

it.each<ModelState>([
  { kind: 'waiting', reason: 'preparing', receivedBytes: 0, totalBytes: undefined },
  { kind: 'paused', receivedBytes: 1, totalBytes: 2 },
  { kind: 'verifying', verifiedBytes: 1, totalBytes: 2 },
  failed({ code: 'NET_OFFLINE', details: { host: 'hub.example' } }),
])('says nothing beside the progress of a download: $kind', (state) => {
  expect(presenceBadge({ ...MODEL, state })).toBeUndefined();
});
