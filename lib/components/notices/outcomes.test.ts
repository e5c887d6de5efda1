import { describe, expect, it } from 'vitest';
import type { ModelState } from '../../ai/modelState';
import { outcomeOf } from './outcomes';

const absent: ModelState = { kind: 'absent' };
const paused: ModelState = { kind: 'paused', receivedBytes: 45, totalBytes: 100 };
const installed: ModelState = {
  kind: 'installed',
  sizeBytes: 1_500_000,
  installedAt: 0,
  files: [],
};
const ofSystem: ModelState = { ...installed, sizeBytes: 0 };
const arriving: ModelState = { kind: 'arriving', fraction: 0.5, isFollowed: true };
const unproven: ModelState = {
  ...installed,
  files: [
    {
      fileName: 'a',
      role: 'weights',
      sizeBytes: 1_500_000,
      sha256: 'a'.repeat(64),
      checkedAgainst: 'none',
    },
  ],
};
const differing: ModelState = {
  ...installed,
  kind: 'differs',
  failure: { code: 'NOT_AS_PUBLISHED', details: { fileName: 'a' } },
};
const downloading: ModelState = {
  kind: 'downloading',
  receivedBytes: 45,
  totalBytes: 100,
  bytesPerSecond: undefined,
  secondsLeft: undefined,
};
const failed: ModelState = {
  kind: 'failed',
  receivedBytes: 45,
  totalBytes: 100,
  failure: { code: 'NET_OFFLINE', details: { host: 'hub.example' } },
};

describe('outcomes', () => {
  it.each<[ModelState, ModelState, string | undefined]>([
    [downloading, installed, 'Qwen is installed'],
    [downloading, unproven, 'Qwen is installed: complete; its publisher states no digest'],
    [downloading, differing, 'Qwen: Not the file that the registry names'],
    [differing, absent, 'Qwen was removed, 1.5 MB freed'],
    [downloading, failed, 'Qwen: No connection'],
    [downloading, paused, 'Qwen is paused at 45%'],
    [downloading, absent, 'The download of Qwen was cancelled'],
    [installed, absent, 'Qwen was removed, 1.5 MB freed'],
    [absent, downloading, undefined],
    [paused, downloading, undefined],
    [installed, installed, undefined],
    [arriving, ofSystem, 'Qwen is ready'],
    [ofSystem, { kind: 'absent' }, 'Qwen is not here any more'],
    [arriving, { kind: 'absent' }, 'The download of Qwen was cancelled'],
  ])('from %o to %o', (before, after, words) => {
    expect(outcomeOf('Qwen', before, after)).toBe(words);
  });

  it('claims no per cent of a total that nobody knows', () => {
    const unknown: ModelState = { kind: 'paused', receivedBytes: 45, totalBytes: undefined };
    expect(outcomeOf('Qwen', downloading, unknown)).toBe('Qwen is paused');
  });
});
