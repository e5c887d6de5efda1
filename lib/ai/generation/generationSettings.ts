/** How a model is asked: what a person set, in front of what the model recommends. Pure. */
import { PROMPT_FORMATS } from '../../errors';
import type { PromptFormat } from '../../errors';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { longestContext, TRAITS } from '../runtimes/runtimes';

export interface GenerationSettings {
  /** Goes before every conversation; empty for none. */
  systemPrompt: string;
  /** 0 always takes the likeliest token; 2 is wild. */
  temperature: number;
  /** In (0, 1]. */
  topP: number;
  /** The longest answer, thoughts included. */
  maxTokens: number;
  /** What a conversation can be long; memory is set aside for all of it when the model is loaded. */
  contextTokens: number;
  /** Whether a model that can think before it answers does. */
  thinking: boolean;
  /** How conversations are written for it: in a format of ours, or as its own template says. */
  promptFormat: PromptFormat | 'own';
}

/** What a person chose; the model's recommendation holds where a key is missing. */
export type GenerationChoice = Partial<GenerationSettings>;

/** What each number may be. A context's upper limit is the model's own: see `longestContext`. */
export const GENERATION_LIMITS = {
  temperature: { least: 0, most: 2 },
  topP: { least: 0.05, most: 1 },
  maxTokens: { least: 16, most: 8_192 },
  contextTokens: { least: 512, most: 131_072 },
  systemPromptLength: 4_000,
} as const;

/** More would rarely fit a phone's memory together with the weights. */
const USUAL_CONTEXT_TOKENS = 4_096;

const USUAL = {
  systemPrompt: '',
  temperature: 0.7,
  topP: 0.95,
  // Long enough for a page of text, short enough that a model that repeats itself comes to an end.
  maxTokens: 1_024,
  thinking: false,
  promptFormat: 'own',
} as const;

export function recommendedSettings(config: LlmModelConfig, runtime: Runtime): GenerationSettings {
  const longest = longestContext(config, runtime) ?? USUAL_CONTEXT_TOKENS;
  return { ...USUAL, contextTokens: usualContext(longest, runtime), ...config.recommended };
}

// Memory is set aside for what is asked for, where anything can be.
function usualContext(longest: number, runtime: Runtime): number {
  return TRAITS[runtime].hasFixedContext ? longest : Math.min(USUAL_CONTEXT_TOKENS, longest);
}

export interface Limits {
  least: number;
  most: number;
}

/** What each number of a model's settings may be; a context of one length can't be chosen. */
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

/** Every setting, each within its limits whatever `choice` says. */
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
