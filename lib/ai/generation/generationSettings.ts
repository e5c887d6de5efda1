/** The settings for generation: a person's choices override the model's recommendations. Pure. */
import { PROMPT_FORMATS } from '../../errors';
import type { PromptFormat } from '../../errors';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { longestContext } from '../registry/modelFiles';
import { TRAITS } from '../runtimes/runtimes';

export interface GenerationSettings {
  /** Comes before every conversation; empty for none. */
  systemPrompt: string;
  /** 0 always takes the most likely token; 2 makes answers very random. */
  temperature: number;
  /** In (0, 1]. */
  topP: number;
  /** The longest answer in tokens, thoughts included. */
  maxTokens: number;
  /** The longest conversation in tokens; memory is reserved for all of it when the model is loaded. */
  contextTokens: number;
  /** Whether the model thinks before it answers, if it can. */
  thinking: boolean;
  /** The format of the prompt: one of the app's formats, or `own` for the model's own template. */
  promptFormat: PromptFormat | 'own';
}

/** A person's choices; for a missing key the model's recommendation applies. */
export type GenerationChoice = Partial<GenerationSettings>;

/** The limits of each number. A context's upper limit depends on the model: see `longestContext`. */
export const GENERATION_LIMITS = {
  temperature: { least: 0, most: 2 },
  topP: { least: 0.05, most: 1 },
  maxTokens: { least: 16, most: 8_192 },
  contextTokens: { least: 512, most: 131_072 },
  systemPromptLength: 4_000,
} as const;

/** A longer context would rarely fit a phone's memory together with the weights. */
const USUAL_CONTEXT_TOKENS = 4_096;

const USUAL = {
  systemPrompt: '',
  temperature: 0.7,
  topP: 0.95,
  // Long enough for a page of text, and short enough that a model that repeats itself comes to an end.
  maxTokens: 1_024,
  thinking: false,
  promptFormat: 'own',
} as const;

export function recommendedSettings(config: LlmModelConfig, runtime: Runtime): GenerationSettings {
  const longest = longestContext(config, runtime) ?? USUAL_CONTEXT_TOKENS;
  return { ...USUAL, contextTokens: usualContext(longest, runtime), ...config.recommended };
}

// Where a person can choose the context, memory is reserved for all of it, so the default isn't the longest one.
function usualContext(longest: number, runtime: Runtime): number {
  return TRAITS[runtime].hasFixedContext ? longest : Math.min(USUAL_CONTEXT_TOKENS, longest);
}

export interface Limits {
  least: number;
  most: number;
}

/** The limits of each number for one model; for a context of fixed length both limits are equal. */
export interface SettingLimits {
  temperature: Limits;
  topP: Limits;
  maxTokens: Limits;
  contextTokens: Limits;
  systemPromptLength: number;
}

export function settingLimits(config: LlmModelConfig, runtime: Runtime): SettingLimits {
  const longest = longestContext(config, runtime) ?? USUAL_CONTEXT_TOKENS;
  const { least, most } = GENERATION_LIMITS.contextTokens;
  const leastContext = TRAITS[runtime].hasFixedContext ? longest : least;
  return {
    ...GENERATION_LIMITS,
    contextTokens: { least: Math.min(leastContext, longest), most: Math.min(most, longest) },
  };
}

/** Every setting, each within its limits, whatever `choice` contains. */
export function effectiveSettings(
  config: LlmModelConfig,
  runtime: Runtime,
  choice: GenerationChoice,
): GenerationSettings {
  const asked = { ...recommendedSettings(config, runtime), ...choice };
  const { temperature, topP, maxTokens, contextTokens } = settingLimits(config, runtime);
  return {
    systemPrompt: asked.systemPrompt.slice(0, GENERATION_LIMITS.systemPromptLength),
    temperature: within(asked.temperature, temperature),
    topP: within(asked.topP, topP),
    maxTokens: Math.round(within(asked.maxTokens, maxTokens)),
    contextTokens: Math.round(within(asked.contextTokens, contextTokens)),
    thinking: asked.thinking,
    promptFormat: PROMPT_FORMATS.find((format) => format === asked.promptFormat) ?? 'own',
  };
}

function within(value: number, { least, most }: Limits): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : least;
}
