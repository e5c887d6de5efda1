import { describe, expect, it } from 'vitest';

import {
  ggufQuantization,
  gradeOf,
  pteQuantization,
  qualityOf,
  UNKNOWN_QUANTIZATION,
} from './quantizations';

describe('the quantization in a name', () => {
  it.each([
    ['Qwen3-0.6B-Q8_0.gguf', 'Q8_0'],
    ['Llama-3.2-1B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2.5-0.5b-instruct-q4_k_m.gguf', 'Q4_K_M'],
    ['gemma-4-E4B-it-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['model-IQ2_XXS.gguf', 'IQ2_XXS'],
    ['model.IQ4_NL.gguf', 'IQ4_NL'],
    ['model-TQ1_0.gguf', 'TQ1_0'],
    ['model-Q4_0_4_8.gguf', 'Q4_0_4_8'],
    ['gpt-oss-20b-MXFP4.gguf', 'MXFP4'],
    ['gpt-oss-20b-mxfp4_moe.gguf', 'MXFP4_MOE'],
    ['Qwen3-BF16.gguf', 'BF16'],
    ['Q6_K/model-00001-of-00002.gguf', 'Q6_K'],
    ['Q8_0/model-Q4_K_S.gguf', 'Q4_K_S'],
    ['model-Q4_K_M_v2.gguf', 'Q4_K_M'],
    ['FAQ8_0.gguf', undefined],
    ['model.gguf', undefined],
  ])('of %s is %s', (path, quantization) => {
    expect(ggufQuantization(path)).toBe(quantization);
  });

  it.each([
    ['1b/xnnpack/llama_3_2_1b_xnnpack_spinquant.pte', 'spinquant'],
    ['qwen_3_0_6b_xnnpack_8da4w.pte', '8da4w'],
    ['model.pte', undefined],
  ])('of %s is %s', (path, quantization) => {
    expect(pteQuantization(path)).toBe(quantization);
  });
});

describe('what a quantization means', () => {
  it('is one of seven grades, the same for a label of another publisher', () => {
    expect(['Q4_K_M', 'UD-Q4_K_XL', 'spinquant', 'Q4_K_NEW'].map(gradeOf)).toEqual(
      Array(4).fill('good'),
    );
    expect(gradeOf('q8_0')).toBe('whole');
    expect(gradeOf(UNKNOWN_QUANTIZATION)).toBeUndefined();
  });

  it('has an order by quality', () => {
    const order = ['Q1_0', 'IQ1_S', 'IQ2_M', 'Q2_K', 'IQ3_XXS', 'Q3_K_M', 'Q4_0', 'Q4_K_S'];
    const more = ['Q4_K_M', 'UD-Q4_K_XL', 'Q5_K_M', 'Q6_K', 'Q8_0', 'F16', 'F32'];
    const values = [UNKNOWN_QUANTIZATION, ...order, ...more].map(qualityOf);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(values.length);
  });
});
