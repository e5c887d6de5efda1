import { describe, expect, it } from 'vitest';
import { recommendedSettings, settingLimits } from '../../ai/generation/generationSettings';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import { ANSWER_STYLES, samplingOf, styleOf } from './answerStyles';
import { toForm } from './generationForm';

const recommended = recommendedSettings(Qwen3_0_6B, 'llama.cpp');
const limits = settingLimits(Qwen3_0_6B, 'llama.cpp');
const form = toForm(recommended);
const styled = { form, recommended, limits, honoursTopP: true };

describe('the style of answers', () => {
  it('is balanced with the numbers that the makers recommend', () => {
    expect(styleOf(styled)).toBe('balanced');
    expect(samplingOf('balanced', recommended, limits)).toMatchObject({
      ...{ temperature: recommended.temperature, topP: recommended.topP },
    });
  });

  it.each(ANSWER_STYLES)('is recognized by the numbers that %s stands for', (style) => {
    const { temperature, topP } = samplingOf(style, recommended, limits);
    const written = { ...form, temperature: String(temperature), topP: String(topP) };
    expect(styleOf({ ...styled, form: written })).toBe(style);
  });

  it('goes from the likeliest words to freer ones', () => {
    const [balanced, precise, creative] = ANSWER_STYLES.map(
      (style) => samplingOf(style, recommended, limits).temperature,
    );
    expect(precise).toBeLessThan(balanced ?? 0);
    expect(creative).toBeGreaterThan(balanced ?? 0);
  });

  it('stays within the limits', () => {
    const wild = { temperature: 1.9, topP: 1 };
    expect(samplingOf('creative', wild, limits)).toEqual({ temperature: 2, topP: 1 });
  });

  it('is none of these for other numbers', () => {
    expect(styleOf({ ...styled, form: { ...form, temperature: '1.23' } })).toBeUndefined();
    expect(styleOf({ ...styled, form: { ...form, topP: '0.5' } })).toBeUndefined();
    expect(styleOf({ ...styled, form: { ...form, temperature: '' } })).toBeUndefined();
  });

  it('takes no notice of top-p where the engine takes none', () => {
    const other = { ...styled, form: { ...form, topP: '0.5' }, honoursTopP: false };
    expect(styleOf(other)).toBe('balanced');
  });
});
