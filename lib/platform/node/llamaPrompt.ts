/** Writes a conversation in the way that a model was trained on: by the template that its file brings. */
import { Template } from '@huggingface/jinja';

import type { GenerateRequest } from '../types';

export interface PromptTokens {
  /** As text; empty where the model has none. */
  startOfText: string;
  endOfText: string;
}

/** What many models without a template of their own understand. */
const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}{{ '<|im_start|>assistant\\n' }}";

export type WritePrompt = (request: Pick<GenerateRequest, 'messages' | 'thinking'>) => string;

/** @throws Error where the template can't be read, and from the function where it refuses the messages. */
export function createPromptWriter(
  template: string | undefined,
  { startOfText, endOfText }: PromptTokens,
): WritePrompt {
  const parsed = new Template(template ?? CHATML);
  return ({ messages, thinking }) =>
    parsed.render({
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: true,
      enable_thinking: thinking,
      bos_token: startOfText,
      eos_token: endOfText,
    });
}
