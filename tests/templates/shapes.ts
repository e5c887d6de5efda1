/** Parts of chat templates, written for tests: the families in `families.ts` behave as they do, in words of our own. */

/** Questions and answers have to take turns. */
export const STRICT =
  "{% set said = messages[1:] if messages[0].role == 'system' else messages %}" +
  "{% for m in said %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}" +
  "{{ raise_exception('Questions and answers have to alternate.') }}{% endif %}{% endfor %}";

export const NO_SYSTEM =
  "{% if messages[0].role == 'system' %}{{ raise_exception('There is no system role.') }}{% endif %}";

/** Leaves out of earlier answers what comes before the mark. */
export const without = (closing: string) =>
  `{% set text = m.content.split('${closing}')[-1] if m.role == 'assistant' else m.content %}`;

interface Shape {
  /** Expressions of the template language; `m` is a message, `text` what it says. */
  before?: string;
  system?: string;
  user: string;
  assistant: string;
  /** What begins the answer. */
  start: string;
  /** Statements before everything, and in the loop before each message. */
  checks?: string;
  each?: string;
  /** Statements after `start`. */
  then?: string;
}

export function shape({ before = "''", system = "''", ...rest }: Shape): string {
  const { user, assistant, start, checks = '', each = '{% set text = m.content %}' } = rest;
  const roles = `{% if m.role == 'system' %}{{ ${system} }}{% elif m.role == 'user' %}{{ ${user} }}{% else %}{{ ${assistant} }}{% endif %}`;
  const end = `{% if add_generation_prompt %}{{ ${start} }}${rest.then ?? ''}{% endif %}`;
  return `${checks}{{ ${before} }}{% for m in messages %}${each}${roles}{% endfor %}${end}`;
}

/** Every message between a header with its role and an end. */
export function headed(
  open: string,
  close: string,
  more: Partial<Shape> & { names?: Record<string, string> } = {},
): string {
  const { names = {}, ...parts } = more;
  const line = (role: string) =>
    `'${open.replace('ROLE', names[role] ?? role)}' + text + '${close}'`;
  return shape({
    system: line('system'),
    user: line('user'),
    assistant: line('assistant'),
    start: `'${open.replace('ROLE', names['assistant'] ?? 'assistant')}'`,
    ...parts,
  });
}

export const chatml = (more: Parameters<typeof headed>[2] = {}) =>
  headed('<|im_start|>ROLE\\n', '<|im_end|>\\n', more);

/** A thought that is over before the answer begins, where thinking is switched off. */
export const switchedOff = (closed: string) =>
  `{% if enable_thinking is defined and not enable_thinking %}{{ '${closed}' }}{% endif %}`;

export const IM_END = ['<|im_end|>'];

/** Between the marks of Llama 2 and Mistral. */
export const inst = (more: Partial<Parameters<typeof shape>[0]> = {}) =>
  shape({
    ...{ before: 'bos_token', user: "'[INST] ' + text + '[/INST]'", start: "''" },
    ...{ assistant: "' ' + text + eos_token", checks: STRICT },
    ...more,
  });
