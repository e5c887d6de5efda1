import { describe, expect, it } from 'vitest';
import { recommendedSettings, settingLimits } from '../../ai/generation/generationSettings';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import { describeLimits, findProblems, readNumber, toChoice, toForm } from './generationForm';

const recommended = recommendedSettings(Qwen3_0_6B, 'llama.cpp');
const limits = settingLimits(Qwen3_0_6B, 'llama.cpp');
const form = toForm(recommended);

describe('the form of the generation settings', () => {
  it('chooses nothing when it shows what is recommended', () => {
    expect(findProblems(form, limits)).toEqual({});
    expect(toChoice(form, limits, recommended)).toEqual({});
  });

  it('chooses what differs, and nothing else', () => {
    const changed = { ...form, temperature: '0,25', maxTokens: ' 200 ', thinking: true };
    expect(findProblems(changed, limits)).toEqual({});
    expect(toChoice(changed, limits, recommended)).toEqual({
      ...{ temperature: 0.25, maxTokens: 200, thinking: true },
    });
    const spoken = { ...form, systemPrompt: 'Be short.' };
    expect(toChoice(spoken, limits, recommended)).toEqual({ systemPrompt: 'Be short.' });
  });

  it.each([
    ['temperature', '2.01'],
    ['temperature', '-0.1'],
    ['temperature', 'warm'],
    ['temperature', ''],
    ['topP', '0'],
    ['topP', '1.5'],
    ['maxTokens', '12.5'],
    ['maxTokens', '1e3'],
    ['maxTokens', '15'],
    ['contextTokens', '511'],
    ['contextTokens', '999999'],
  ] as const)('says what may be in the field of %s, which %j may not', (key, text) => {
    const problems = findProblems({ ...form, [key]: text }, limits);
    expect(Object.keys(problems)).toEqual([key]);
    expect(problems[key]).toContain(describeLimits(key, limits[key]));
    expect(readNumber({ ...form, [key]: text }, key, limits[key])).toBeUndefined();
  });

  it('takes the limits themselves', () => {
    const { least, most } = limits.contextTokens;
    for (const tokens of [least, most]) {
      expect(findProblems({ ...form, contextTokens: String(tokens) }, limits)).toEqual({});
    }
  });

  it('refuses a system prompt that is too long', () => {
    const long = { ...form, systemPrompt: 'a'.repeat(4_001) };
    expect(findProblems(long, limits).systemPrompt).toContain('4,000');
  });
});
