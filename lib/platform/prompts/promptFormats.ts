/** Ways to write a conversation that many models were trained on, and which of them suits a model whose own template doesn't help. */
import type { PromptFormat } from '../../errors';

/**
 * As chat templates. Each takes questions and answers in turn; those without a place for a system
 * message leave it out, as a sign for `createChatTemplate` to put it into the first question.
 */
export const FORMAT_TEMPLATES: Readonly<Record<PromptFormat, string>> = {
  chatml: turns({
    each: "'<|im_start|>' + role + '\\n' + content + '<|im_end|>\\n'",
    end: "'<|im_start|>assistant\\n'",
  }),
  'llama-3': turns({
    begin: 'bos_token',
    each: "'<|start_header_id|>' + role + '<|end_header_id|>\\n\\n' + content + '<|eot_id|>'",
    end: "'<|start_header_id|>assistant<|end_header_id|>\\n\\n'",
  }),
  inst: turns({
    begin: 'bos_token',
    user: "'[INST] ' + content + ' [/INST]'",
    assistant: "' ' + content + eos_token",
  }),
  gemma: turns({
    begin: 'bos_token',
    user: "'<start_of_turn>user\\n' + content + '<end_of_turn>\\n'",
    assistant: "'<start_of_turn>model\\n' + content + '<end_of_turn>\\n'",
    end: "'<start_of_turn>model\\n'",
  }),
  phi: turns({
    each: "'<|' + role + '|>\\n' + content + '<|end|>\\n'",
    end: "'<|assistant|>\\n'",
  }),
  zephyr: turns({
    each: "'<|' + role + '|>\\n' + content + eos_token + '\\n'",
    end: "'<|assistant|>\\n'",
  }),
  deepseek: turns({
    begin: 'bos_token',
    system: 'content',
    user: "'<｜User｜>' + content",
    assistant: "'<｜Assistant｜>' + content + eos_token",
    end: "'<｜Assistant｜>'",
  }),
  plain: turns({
    system: "content + '\\n\\n'",
    user: "'User: ' + content + '\\n\\n'",
    assistant: "'Assistant: ' + content + '\\n\\n'",
    end: "'Assistant:'",
  }),
};

/** What the turns of a format begin with that has no token to end one: a model that says it has begun another turn. */
export const TURN_STARTS: Readonly<Partial<Record<PromptFormat, readonly string[]>>> = {
  plain: ['\nUser:', '\nAssistant:'],
};

interface Turns {
  begin?: string;
  /** For every role that isn't named. */
  each?: string;
  system?: string;
  user?: string;
  assistant?: string;
  end?: string;
}

/** All as expressions of the template language. */
function turns({ begin = "''", each = "''", end = "''", ...roles }: Turns): string {
  const { system = each, user = each, assistant = each } = roles;
  return [
    `{{ ${begin} }}`,
    '{% for message in messages %}',
    '{% set role = message.role %}{% set content = message.content | trim %}',
    `{% if role == 'system' %}{{ ${system} }}`,
    `{% elif role == 'user' %}{{ ${user} }}`,
    `{% else %}{{ ${assistant} }}{% endif %}`,
    '{% endfor %}',
    `{% if add_generation_prompt %}{{ ${end} }}{% endif %}`,
  ].join('');
}

/** What a model's file says of itself; a text is empty and the architecture undefined where it says nothing. */
export interface FormatHints {
  template: string | undefined;
  startOfText: string;
  endOfText: string;
  /** GGUF's `general.architecture`. */
  architecture: string | undefined;
}

/** Found in a template, even in one that can't be read, or as the end of a text. */
const MARKS: readonly (readonly [mark: string, format: PromptFormat])[] = [
  ['<|im_start|>', 'chatml'],
  ['<|im_end|>', 'chatml'],
  ['<|start_header_id|>', 'llama-3'],
  ['<|eot_id|>', 'llama-3'],
  ['<|begin_of_text|>', 'llama-3'],
  ['<start_of_turn>', 'gemma'],
  ['<end_of_turn>', 'gemma'],
  ['<｜User｜>', 'deepseek'],
  ['<｜end▁of▁sentence｜>', 'deepseek'],
  ['[INST]', 'inst'],
  ['<|end|>', 'phi'],
  ['<|user|>', 'zephyr'],
];

const FAMILIES: readonly (readonly [architecture: RegExp, format: PromptFormat])[] = [
  [/^gemma/, 'gemma'],
  [/^phi/, 'phi'],
  [/^deepseek/, 'deepseek'],
  [/^(llama|mistral|mixtral)/, 'inst'],
];

/**
 * Families whose every model that was trained to chat brought its template: one that has none was trained
 * to continue texts, and makes nonsense of its family's marks.
 */
const ALWAYS_BRING_TEMPLATES = /^(gemma3|gemma4|qwen3|smollm3|llama4)/;

/** What most makers of models agreed on. */
const USUAL: PromptFormat = 'chatml';

/**
 * The format that a model most likely understands. What its template says tells most, then its tokens;
 * the family tells least, as most makers borrow an architecture. No template at all tells, too, where families
 * always bring one.
 */
export function suggestFormat(hints: FormatHints): PromptFormat {
  const { template = '', startOfText, endOfText, architecture = '' } = hints;
  if (hints.template === undefined && ALWAYS_BRING_TEMPLATES.test(architecture)) return 'plain';
  const byMark = (text: string) => MARKS.find(([mark]) => text.includes(mark))?.[1];
  const byFamily = FAMILIES.find(([family]) => family.test(architecture))?.[1];
  return byMark(template) ?? byMark(`${startOfText} ${endOfText}`) ?? byFamily ?? USUAL;
}
