/** What an engine is asked, by the settings of its model. Pure. */
import type { ChatMessage, GenerateRequest } from '../../platform/types';
import type { GenerationSettings } from './generationSettings';

export function requestFor(
  { systemPrompt, maxTokens, temperature, topP, thinking }: GenerationSettings,
  messages: readonly ChatMessage[],
): GenerateRequest {
  const system: ChatMessage[] =
    systemPrompt.trim() === '' ? [] : [{ role: 'system', content: systemPrompt }];
  return { messages: [...system, ...messages], maxTokens, temperature, topP, thinking };
}
