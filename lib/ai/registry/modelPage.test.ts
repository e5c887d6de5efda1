import { describe, expect, it } from 'vitest';
import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from '../modelConfig';
import { FORMAT_PAGE, pageOf } from './modelPage';

describe('the page about a model', () => {
  it('is that of who publishes the files of the runtime', () => {
    const { ggufSource, huggingFaceUrl } = Llama32_1B_Instruct;
    const gguf = pageOf(Llama32_1B_Instruct, 'llama.cpp');
    expect(ggufSource).toMatchObject({
      url: expect.stringContaining(`${gguf}/resolve/`) as string,
    });
    expect(gguf).not.toBe(huggingFaceUrl);
    expect(pageOf(Llama32_1B_Instruct, 'executorch')).toBe(huggingFaceUrl);
  });

  it('is the model’s own where its files come with the app, or from elsewhere', () => {
    expect(pageOf(TinyDemo, 'llama.cpp')).toBe(FORMAT_PAGE);
    const url = 'https://files.example/a/b/resolve/main/model.gguf';
    const elsewhere = { ...Qwen3_0_6B, ggufSource: { kind: 'remote', url } as const };
    expect(pageOf(elsewhere, 'llama.cpp')).toBe(Qwen3_0_6B.huggingFaceUrl);
  });

  it('is none of a model that no catalog names any more, or that states none', () => {
    expect(pageOf({ ...Qwen3_0_6B, isUnlisted: true }, 'llama.cpp')).toBeUndefined();
    expect(pageOf({ ...Qwen3_0_6B, huggingFaceUrl: '' }, 'llama.cpp')).toBeUndefined();
  });
});
