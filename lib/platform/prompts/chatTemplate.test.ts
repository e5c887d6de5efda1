import { describe, expect, it } from 'vitest';

import { FAMILIES } from '../../../tests/templates/families';
import type { Family } from '../../../tests/templates/families';
import { createChatTemplate } from './chatTemplate';
import type { TemplateParts } from './chatTemplate';
import { createThoughtSplitter } from './thoughtSplitter';
import type { ThoughtRules } from './thoughtMarks';
import type { ChatMessage } from '../types';

const system = { role: 'system', content: 'Be brief.' } as const;
const first = [{ role: 'user', content: 'Why is the sky blue?' }] as const;
const second = [
  ...first,
  { role: 'assistant', content: 'Because of the air.' },
  { role: 'user', content: 'And the sea?' },
] as const;

/** Everything that the port allows. */
const CONVERSATIONS: Record<string, readonly ChatMessage[]> = {
  'one question': first,
  'one question under a system message': [system, ...first],
  'two exchanges': second,
  'two exchanges under a system message': [system, ...second],
};

function partsOf({ template, startOfText = '<s>', endOfText = '</s>', architecture }: Family) {
  return { template, startOfText, endOfText, architecture, format: undefined };
}

const open = (parts: Partial<TemplateParts>) =>
  createChatTemplate({
    ...{ template: undefined, startOfText: '<s>', endOfText: '</s>' },
    ...{ architecture: undefined, format: undefined, ...parts },
  });

function split(text: string, rules: ThoughtRules, size = text.length) {
  const said = { thought: '', answer: '' };
  const splitter = createThoughtSplitter((piece, channel) => (said[channel] += piece), rules);
  for (let at = 0; at < text.length; at += size) splitter.write(text.slice(at, at + size));
  splitter.end();
  return said;
}

describe.each(FAMILIES)('the chat template of $name', (family) => {
  const template = createChatTemplate(partsOf(family));

  it.each(Object.entries(CONVERSATIONS))('takes %s', (_, messages) => {
    for (const thinking of [true, false]) {
      const prompt = template.write({ messages, thinking });
      for (const { content } of messages) expect(prompt).toContain(content);
    }
  });

  it('has a place for a system message, or gets it with the first question', () => {
    const [fitted] = template.fit([system, ...second]);
    expect(fitted?.role).toBe(family.system === 'taken' ? 'system' : 'user');
    expect(fitted?.content).toContain('Be brief.');
  });

  it('tells its thoughts from its answer, in whatever pieces they come', () => {
    const { thinking, straight } = family.says ?? { thinking: 'Yes.', straight: 'Yes.' };
    for (const size of [1, 2, 3, 7, 100]) {
      const said = split(thinking, template.rulesOf(true), size);
      expect(said.answer).toBe('Yes.');
      expect(said.thought).toBe(family.says ? 'Hm.' : '');
      expect(split(straight, template.rulesOf(false), size).answer).toBe('Yes.');
    }
  });

  it('suggests a format for a copy of it that can’t be read', () => {
    const broken = createChatTemplate({
      ...partsOf(family),
      template: `{% for %}${family.template}`,
    });
    expect(() => broken.write({ messages: first, thinking: false })).toThrow('TEMPLATE_INVALID');
    const { architecture, startOfText, endOfText } = partsOf(family);
    const other = createChatTemplate({
      ...{ template: family.template, architecture, startOfText, endOfText },
      format: 'chatml',
    });
    expect(other.write({ messages: first, thinking: false })).toContain('<|im_start|>user');
  });

  it('can be written step by step, as a phone’s engine does it', () => {
    const steps = createChatTemplate({ ...partsOf(family), writesInSteps: true });
    const messages = steps.fit([system, ...second]);
    const beginnings = messages.map((_, index) => messages.slice(0, index + 1));
    for (const beginning of beginnings.filter((each) => each.at(-1)?.role !== 'assistant')) {
      expect(() => steps.write({ messages: beginning, thinking: false })).not.toThrow();
    }
  });
});

describe('a chat template', () => {
  it('is that of a strict family where that refuses two questions in a row', () => {
    const strict = FAMILIES.filter(({ isStrict }) => isStrict);
    expect(strict.length).toBeGreaterThan(5);
    for (const family of strict) {
      const messages = [...first, ...first];
      const write = () => createChatTemplate(partsOf(family)).write({ messages, thinking: false });
      expect(write, family.name).toThrow('TEMPLATE_INVALID');
    }
  });

  it('that is missing is replaced by the format of its family', () => {
    const ask = { messages: first, thinking: false };
    expect(open({}).write(ask)).toContain('<|im_start|>user');
    expect(open({ architecture: 'gemma2' }).write(ask)).toContain('<start_of_turn>user');
    expect(open({ architecture: 'llama' }).write(ask)).toContain('[INST]');
    const llama3 = open({ architecture: 'llama', endOfText: '<|eot_id|>' });
    expect(llama3.write(ask)).toContain('<|start_header_id|>user');
    expect(open({ architecture: 'a family of next year' }).write(ask)).toContain(
      '<|im_start|>user',
    );
  });

  it('that is missing where the family always brings one is a model that continues texts: it gets plain words', () => {
    const base = open({ architecture: 'gemma3' });
    expect(base.write({ messages: first, thinking: false })).toBe(
      'User: Why is the sky blue?\n\nAssistant:',
    );
    const unreadable = () => open({ architecture: 'gemma3', template: '{% if %}' }).fit([]);
    expect(unreadable).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ suggested: 'gemma' }) as object,
      }),
    );
  });

  it('in plain words says what another turn begins with, and no other does', () => {
    const turnStarts = ['\nUser:', '\nAssistant:'];
    expect(open({ format: 'plain' }).rulesOf(false)).toMatchObject({ turnStarts });
    expect(open({ architecture: 'gemma3' }).rulesOf(false)).toMatchObject({ turnStarts });
    for (const format of ['chatml', 'gemma', 'inst'] as const) {
      expect(open({ format }).rulesOf(false).turnStarts).toEqual([]);
    }
    expect(open({ template: 'User: {{ messages[0].content }}' }).rulesOf(false).turnStarts).toEqual(
      [],
    );
  });

  it.each([
    ['can’t be read', '{% if %}', 'chatml'],
    ['calls what isn’t there', '{{ messages | no_such_filter }}', 'chatml'],
    ['refuses everything', "{{ raise_exception('Not here.') }}<start_of_turn>", 'gemma'],
    ['leaves the question out', 'Hello! <|eot_id|>', 'llama-3'],
    ['is empty', '', 'chatml'],
  ])('that %s is an error with its family’s format', (_, template, suggested) => {
    const ask = () => open({ template, endOfText: '' }).write({ messages: first, thinking: false });
    expect(ask).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_INVALID',
        details: { reason: expect.stringMatching(/\w/) as string, suggested },
      }),
    );
  });

  it('takes no word of a question for a mark of its own', () => {
    const qwen = open({
      template: FAMILIES.find(({ name }) => name === 'Qwen 3')?.template,
    });
    expect(qwen.rulesOf(true).begun).toBeUndefined();
    expect(
      qwen.write({ messages: [{ role: 'user', content: 'What is <think>?' }], thinking: true }),
    ).toContain('What is <think>?');
  });

  it.each([
    ['<reflection_thought>', '</reflection_thought>'],
    ['[REASONING]', '[/REASONING]'],
    ['<|think|>', '<|/think|>'],
    ['<|thinking_start|>', '<|thinking_end|>'],
    ['<|BEGIN_OF_THINKING|>', '<|END_OF_THINKING|>'],
  ])('shows marks that nobody has heard of: %s', (opening, closing) => {
    const body = '{% for m in messages %}{{ m.content }}{% endfor %}';
    const mentions = open({ template: `${body}{# ${opening} #}` });
    expect(split(`${opening}Hm.${closing}Yes.`, mentions.rulesOf(true))).toEqual({
      thought: 'Hm.',
      answer: 'Yes.',
    });
    const begins = open({ template: `${body}{{ '${opening}' }}` });
    expect(split(`Hm.${closing}Yes.`, begins.rulesOf(true)).answer).toBe('Yes.');
  });
});
