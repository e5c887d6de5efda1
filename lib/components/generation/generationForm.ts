/** The fields of the generation settings: converts numbers to text and back. Pure. */
import type {
  GenerationChoice,
  GenerationSettings,
  Limits,
  SettingLimits,
} from '../../ai/generation/generationSettings';
import { currentLocale, t } from '../words/language';
import { formatCount } from '../words/words';

type NumberKey = 'temperature' | 'topP' | 'maxTokens' | 'contextTokens';

/** The content of the fields. */
export type GenerationForm = Record<NumberKey, string> & {
  systemPrompt: string;
  thinking: boolean;
  promptFormat: GenerationSettings['promptFormat'];
};

export type Problems = Partial<Record<keyof GenerationForm, string>>;

const WHOLE: readonly NumberKey[] = ['maxTokens', 'contextTokens'];
const NUMBER_KEYS: readonly NumberKey[] = ['temperature', 'topP', ...WHOLE];

export function toForm(settings: GenerationSettings): GenerationForm {
  const { temperature, topP, maxTokens, contextTokens } = settings;
  const { systemPrompt, thinking, promptFormat } = settings;
  return {
    ...{ systemPrompt, thinking, promptFormat },
    temperature: String(temperature),
    topP: String(topP),
    maxTokens: String(maxTokens),
    contextTokens: String(contextTokens),
  };
}

/** Tells the values that are allowed in the field of a number. */
export function describeLimits(key: NumberKey, limits: Limits): string {
  const least = formatSetting(limits.least);
  const most = formatSetting(limits.most);
  return WHOLE.includes(key)
    ? t('This has to be a whole number from {least} to {most}.', { least, most })
    : t('This has to be a number from {least} to {most}.', { least, most });
}

/** A number as people write it, with its decimals. */
export function formatSetting(value: number): string {
  return new Intl.NumberFormat(currentLocale()).format(value);
}

/** The number in a field, or undefined if it isn't an allowed number. A comma is a decimal point. */
export function readNumber(form: GenerationForm, key: NumberKey, limits: Limits) {
  const text = form[key].trim().replace(',', '.');
  const pattern = WHOLE.includes(key) ? /^\d+$/ : /^\d*\.?\d+$/;
  const value = pattern.test(text) ? Number(text) : NaN;
  return value >= limits.least && value <= limits.most ? value : undefined;
}

export function findProblems(form: GenerationForm, limits: SettingLimits): Problems {
  const problems: Problems = {};
  for (const key of NUMBER_KEYS) {
    if (readNumber(form, key, limits[key]) === undefined) {
      problems[key] = describeLimits(key, limits[key]);
    }
  }
  const { systemPromptLength } = limits;
  if (form.systemPrompt.length > systemPromptLength) {
    problems.systemPrompt = t('This is longer than {count} characters.', {
      count: formatCount(systemPromptLength),
    });
  }
  return problems;
}

/**
 * The choices in a form without problems. A recommended value isn't stored as a choice, so that it follows the
 * recommendation when that changes.
 */
export function toChoice(
  form: GenerationForm,
  limits: SettingLimits,
  recommended: GenerationSettings,
): GenerationChoice {
  const choice: GenerationChoice = {};
  for (const key of NUMBER_KEYS) {
    const value = readNumber(form, key, limits[key]);
    if (value !== undefined && value !== recommended[key]) choice[key] = value;
  }
  if (form.systemPrompt !== recommended.systemPrompt) choice.systemPrompt = form.systemPrompt;
  if (form.thinking !== recommended.thinking) choice.thinking = form.thinking;
  if (form.promptFormat !== recommended.promptFormat) choice.promptFormat = form.promptFormat;
  return choice;
}
