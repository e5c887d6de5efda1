import { describe, expect, it } from 'vitest';

import { createPromptWriter } from './llamaPrompt';

const tokens = { startOfText: '<s>', endOfText: '</s>' };
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello' },
  { role: 'user', content: 'Again' },
] as const;

/** In the way of Qwen 3: the latest question counts, and thinking is switched off by a thought that is over. */
const THINKING_TEMPLATE = `
{%- set ns = namespace(last=0) %}
{%- for message in messages[::-1] %}
  {%- set index = (messages|length - 1) - loop.index0 %}
  {%- if message.role == 'user' and ns.last == 0 %}{% set ns.last = index %}{% endif %}
{%- endfor %}
{%- for message in messages %}[{{ message.role }}{{ '!' if loop.index0 == ns.last }}]{{ message.content.split('</think>')[-1].lstrip('\\n') }}
{%- endfor %}
{%- if add_generation_prompt %}[assistant]{% if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}{% endif %}`;

describe('a prompt', () => {
  it('is written by the model’s own template, with its tokens', () => {
    const template =
      '{{ bos_token }}{% for m in messages %}{{ m.role }}:{{ m.content }}{{ eos_token }}{% endfor %}';
    const write = createPromptWriter(template, tokens);
    expect(write({ messages: messages.slice(0, 2), thinking: false })).toBe(
      '<s>system:Be brief.</s>user:Hi</s>',
    );
  });

  it('says whether the model may think', () => {
    const write = createPromptWriter(THINKING_TEMPLATE, tokens);
    const text = '[system]Be brief.[user]Hi[assistant]Hello[user!]Again[assistant]';
    expect(write({ messages, thinking: true })).toBe(text);
    expect(write({ messages, thinking: false })).toBe(`${text}<think></think>`);
  });

  it('is ChatML where the file brings no template', () => {
    const write = createPromptWriter(undefined, tokens);
    expect(write({ messages: messages.slice(1, 2), thinking: false })).toBe(
      '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it('fails with the template’s own words where that refuses the messages', () => {
    const write = createPromptWriter("{{ raise_exception('No system role') }}", tokens);
    expect(() => write({ messages, thinking: false })).toThrow('No system role');
  });
});
