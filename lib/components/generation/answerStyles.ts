/** Styles of answers: choices of words by a name, in place of numbers. Each is relative to what the model's makers recommend. Pure. */
import type { GenerationSettings, SettingLimits } from '../../ai/generation/generationSettings';
import { readNumber } from './generationForm';
import type { GenerationForm } from './generationForm';

export type AnswerStyle = 'precise' | 'balanced' | 'creative';

/** `balanced` first: where two styles of a model are the same, it is that one. */
export const ANSWER_STYLES: readonly AnswerStyle[] = ['balanced', 'precise', 'creative'];

type Sampling = Pick<GenerationSettings, 'temperature' | 'topP'>;

/** `balanced` is what is recommended. */
export function samplingOf(
  style: AnswerStyle,
  { temperature, topP }: Sampling,
  limits: SettingLimits,
): Sampling {
  switch (style) {
    case 'balanced':
      return { temperature, topP };
    case 'precise':
      return { temperature: hundredths(temperature * 0.4), topP: Math.min(topP, 0.8) };
    case 'creative': {
      const warmer = hundredths(temperature + 0.4);
      return {
        temperature: Math.min(limits.temperature.most, warmer),
        topP: Math.max(topP, 0.98),
      };
    }
  }
}

const hundredths = (value: number) => Math.round(value * 100) / 100;

export interface StyledForm {
  form: GenerationForm;
  recommended: Sampling;
  limits: SettingLimits;
  /** Whether the engine takes notice of top-p. */
  honoursTopP: boolean;
}

/** Undefined for numbers of the person's own. */
export function styleOf({ form, recommended, limits, honoursTopP }: StyledForm) {
  const temperature = readNumber(form, 'temperature', limits.temperature);
  const topP = readNumber(form, 'topP', limits.topP);
  return ANSWER_STYLES.find((style) => {
    const sampling = samplingOf(style, recommended, limits);
    return sampling.temperature === temperature && (!honoursTopP || sampling.topP === topP);
  });
}
