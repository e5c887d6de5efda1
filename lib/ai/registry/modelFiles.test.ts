import { describe, expect, it } from 'vitest';

import { ALL_MODELS, Qwen3_0_6B } from '../modelConfig';
import { unavailableReason } from './modelFiles';

const named = (ggufFileName: string, urlName = ggufFileName) => ({
  ...Qwen3_0_6B,
  ggufFileName,
  ggufSource: { kind: 'remote', url: `https://hub.example/a/b/resolve/main/${urlName}` } as const,
});

describe('what a file’s name says before the first byte', () => {
  it.each([
    ['big-00001-of-00002.gguf', undefined],
    ['big-00002-of-00013.GGUF', undefined],
    ['model.gguf', 'big-00001-of-00002.gguf?download=true'],
  ])('refuses one part of a model: %s at %s', (fileName, urlName) => {
    expect(unavailableReason(named(fileName, urlName), 'llama.cpp')).toMatch(/one of \d+ files/);
  });

  it.each(['mmproj-F16.gguf', 'gemma-3-4b-it-mmproj-f16.gguf', 'mmproj.gguf'])(
    'refuses a projector: %s',
    (fileName) => {
      expect(unavailableReason(named(fileName), 'llama.cpp')).toMatch(/pictures/);
    },
  );

  it.each(['one-00001-of-00001.gguf', 'not-a-shard-1-of-2.gguf', 'mmprojector-7b.gguf'])(
    'takes a model in one file: %s',
    (fileName) => {
      expect(unavailableReason(named(fileName), 'llama.cpp')).toBeUndefined();
    },
  );

  it('says nothing against the other build, nor against what the registry offers', () => {
    expect(unavailableReason(named('big-00001-of-00002.gguf'), 'executorch')).toBeUndefined();
    const released = ALL_MODELS.filter(({ available }) => available);
    expect(released.map((model) => unavailableReason(model, 'llama.cpp'))).toEqual(
      released.map(() => undefined),
    );
  });
});
