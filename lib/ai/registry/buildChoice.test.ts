import { describe, expect, it } from 'vitest';

import type { Runtimes } from '../../platform/types';
import { chooseBuild } from './buildChoice';
import { BrowserModel, Qwen3_0_6B } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';

const PHONE: Runtimes = ['executorch', 'llama.cpp'];
const lacking = { kind: 'unavailable', reason: 'Not for this test.' } as const;
const GGUF_ALONE: LlmModelConfig = { ...Qwen3_0_6B, pteSource: lacking };
const NO_BUILD: LlmModelConfig = { ...GGUF_ALONE, ggufSource: lacking };

describe('the build that a device takes', () => {
  it('is that for its first runtime, where it could have several', () => {
    expect(chooseBuild(Qwen3_0_6B, PHONE, undefined)).toEqual({
      ...{ runtime: 'executorch', reason: 'preferred' },
      ...{ others: ['llama.cpp'], preferred: 'executorch' },
    });
  });

  it.each(PHONE)('is the one for %s, where that is installed already', (installed) => {
    expect(chooseBuild(Qwen3_0_6B, PHONE, installed)).toEqual({
      ...{ runtime: installed, reason: 'installed' },
      ...{ others: PHONE.filter((each) => each !== installed), preferred: 'executorch' },
    });
  });

  it('is the only one, where the model has no other or the device runs no other', () => {
    const only = { runtime: 'llama.cpp', reason: 'only', others: [], preferred: 'llama.cpp' };
    expect(chooseBuild(GGUF_ALONE, PHONE, undefined)).toEqual(only);
    expect(chooseBuild(GGUF_ALONE, PHONE, 'llama.cpp')).toEqual(only);
    expect(chooseBuild(Qwen3_0_6B, ['llama.cpp'], undefined)).toEqual(only);
  });

  it('is what is here, also when the registry offers it no more', () => {
    expect(chooseBuild(NO_BUILD, PHONE, 'llama.cpp')).toMatchObject({
      ...{ runtime: 'llama.cpp', reason: 'only', others: [] },
    });
    expect(chooseBuild(GGUF_ALONE, PHONE, 'executorch')).toMatchObject({
      ...{ runtime: 'executorch', reason: 'installed', others: ['llama.cpp'] },
    });
  });

  it('is none where none can be had', () => {
    expect(chooseBuild(NO_BUILD, PHONE, undefined)).toMatchObject({ reason: 'none', others: [] });
  });

  it('is what the system has, where the model is the system’s', () => {
    expect(chooseBuild(BrowserModel, ['llama.cpp', 'system'], undefined)).toMatchObject({
      ...{ runtime: 'system', reason: 'only', others: [] },
    });
  });
});
