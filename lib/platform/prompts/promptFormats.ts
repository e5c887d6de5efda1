/** Common formats for writing conversations, and the choice of a format for a model without a usable template. */
import type { PromptFormat } from '../../errors';

/**
 * The formats as chat templates. Each template takes questions and answers in turn. A template without a place for
 * a system message leaves it out: `createChatTemplate` notices that, and puts it into the first question.
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

/**
 * The texts that begin a turn, for formats without a token to end one: a model that writes them has begun another turn.
 */
export const TURN_STARTS: Readonly<Partial<Record<PromptFormat, readonly string[]>>> = {
  plain: ['\nUser:', '\nAssistant:'],
};

interface Turns {
  begin?: string;
  /** For every role without an expression of its own. */
  each?: string;
  system?: string;
  user?: string;
  assistant?: string;
  end?: string;
}

/** Builds a template; all parameters are expressions of the template language. */
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

/** Facts from a model's file. Where the file doesn't state them, texts are empty and the architecture is undefined. */
export interface FormatHints {
  template: string | undefined;
  startOfText: string;
  endOfText: string;
  /** GGUF's `general.architecture`. */
  architecture: string | undefined;
}

/**
 * Marks that identify a format. They are looked for in a template, even an unreadable one, and in the tokens for start
 * and end of text.
 */
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
 * Families in which every chat model has a template in its file. A model without one was trained to continue
 * texts, and writes nonsense when it gets its family's marks.
 */
const ALWAYS_BRING_TEMPLATES = /^(gemma3|gemma4|qwen3|smollm3|llama4)/;

/** The format that most model makers use. */
const USUAL: PromptFormat = 'chatml';

/**
 * The format that a model most likely understands. The marks in its template are the best evidence, then its tokens.
 * The family is the weakest evidence, because most makers reuse an architecture of another maker. For families
 * that always have a template, a missing template means `plain`.
 */
export function suggestFormat(hints: FormatHints): PromptFormat {
  const { template = '', startOfText, endOfText, architecture = '' } = hints;
  if (hints.template === undefined && ALWAYS_BRING_TEMPLATES.test(architecture)) return 'plain';
  const byMark = (text: string) => MARKS.find(([mark]) => text.includes(mark))?.[1];
  const byFamily = FAMILIES.find(([family]) => family.test(architecture))?.[1];
  return byMark(template) ?? byMark(`${startOfText} ${endOfText}`) ?? byFamily ?? USUAL;
}
