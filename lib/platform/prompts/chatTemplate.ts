/** Writes conversations in the form that a model was trained on: by its own template, or by a chosen format. */
import { Template } from '@huggingface/jinja';

import { ModelError } from '../../errors';
import type { PromptFormat } from '../../errors';
import { FORMAT_TEMPLATES, suggestFormat, TURN_STARTS } from './promptFormats';
import type { FormatHints } from './promptFormats';
import { begunThought, marksOf } from './thoughtMarks';
import type { Mark, ThoughtRules } from './thoughtMarks';
import type { ChatMessage, GenerateRequest } from '../types';

export interface TemplateParts extends FormatHints {
  /** The format that a person chose; undefined for the model's own template. */
  format: PromptFormat | undefined;
  /**
   * Whether the engine also renders beginnings of a conversation, such as a system message alone, so that
   * the template has to accept these, too.
   */
  writesInSteps?: boolean;
}

export interface ChatTemplate {
  /**
   * The template in use: the chosen format's, the model's own, or, where the model has none, its suggested format's.
   */
  readonly source: string;
  /** Every mark that the model may write. */
  readonly marks: readonly Mark[];
  /** The whole prompt of an answer. @throws ModelError TEMPLATE_INVALID */
  write(request: Pick<GenerateRequest, 'messages' | 'thinking'>): string;
  /**
   * How to split the answer's stream; `thinking` is undefined where the engine can't pass it to the template.
   * @throws as `write`
   */
  rulesOf(thinking: boolean | undefined): ThoughtRules;
  /** The messages in a form that the template accepts. @throws as `write` */
  fit(messages: readonly ChatMessage[]): readonly ChatMessage[];
}

/**
 * Never throws, and doesn't run the template. The methods run it: an unusable template makes them throw, and an endless
 * one keeps them from returning.
 */
export function createChatTemplate(parts: TemplateParts): ChatTemplate {
  const { template, format } = parts;
  const suggested = suggestFormat(parts);
  const formatInForce = format ?? (template === undefined ? suggested : undefined);
  const source = formatInForce === undefined ? (template ?? '') : FORMAT_TEMPLATES[formatInForce];
  const turnStarts = (formatInForce && TURN_STARTS[formatInForce]) ?? [];
  const marks = marksOf(source);
  const traits = once(() => probe(source, parts));

  function orInvalid<T>(work: (traits: Traits) => T): T {
    try {
      return work(traits());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ModelError('TEMPLATE_INVALID', { reason, suggested }, { cause });
    }
  }

  return {
    source,
    marks,
    write: ({ messages, thinking }) =>
      orInvalid(({ render, takesSystem }) =>
        render(takesSystem ? messages : withoutSystem(messages), switchesOf(source, thinking)),
      ),
    rulesOf: (thinking) =>
      orInvalid(({ render }) => {
        const switches = thinking === undefined ? {} : switchesOf(source, thinking);
        const prompt = render(QUESTION, switches);
        const promptEnd = prompt.slice(prompt.lastIndexOf(PROBE) + PROBE.length);
        return { marks, turnStarts, begun: begunThought(marks, promptEnd) };
      }),
    fit: (messages) =>
      orInvalid(({ takesSystem }) => (takesSystem ? messages : withoutSystem(messages))),
  };
}

/** Does the work at the first call only; later calls return the same value or throw the same error. */
function once<T>(work: () => T): () => T {
  let outcome: { value: T } | { error: unknown } | undefined;
  return () => {
    outcome ??= attempt(work);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}

function attempt<T>(work: () => T): { value: T } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** Observed behaviour of a template. */
interface Traits {
  takesSystem: boolean;
  render(messages: readonly ChatMessage[], switches: Switches): string;
}

type Switches = Record<string, unknown>;

/** A word that no template contains. */
const PROBE = 'qzprobe';
const SYSTEM_PROBE = 'qzsystem';
const QUESTION: readonly ChatMessage[] = [{ role: 'user', content: PROBE }];
const SYSTEM: readonly ChatMessage[] = [{ role: 'system', content: SYSTEM_PROBE }];

/** @throws the template's own error, and Error where the template leaves the question out */
function probe(source: string, { startOfText, endOfText, writesInSteps }: TemplateParts): Traits {
  const parsed = new Template(source);
  const renderWith =
    (inParts: boolean): Traits['render'] =>
    (messages, switches) =>
      parsed.render({
        messages: messages.map(({ role, content }) => ({
          role,
          content: inParts ? [{ type: 'text', text: content }] : content,
        })),
        add_generation_prompt: true,
        bos_token: startOfText,
        eos_token: endOfText,
        ...switches,
      });
  const plain = renderWith(false);
  const inParts = renderWith(true);
  const render = shows(plain, QUESTION) || !shows(inParts, QUESTION) ? plain : inParts;
  if (!render(QUESTION, {}).includes(PROBE)) throw new Error('It leaves the question out.');
  const takesSystem =
    shows(render, [...SYSTEM, ...QUESTION]) && (writesInSteps !== true || shows(render, SYSTEM));
  return { takesSystem, render };
}

function shows(render: Traits['render'], messages: readonly ChatMessage[]): boolean {
  try {
    const prompt = render(messages, {});
    return messages.every(({ content }) => prompt.includes(content));
  } catch {
    // A template throws for messages that it doesn't accept.
    return false;
  }
}

function withoutSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const [system, question, ...rest] = messages;
  if (system?.role !== 'system' || question === undefined) return messages;
  return [{ ...question, content: `${system.content}\n\n${question.content}` }, ...rest];
}

/** Templates use different names for this switch, and ignore names that they don't use. */
function switchesOf(source: string, thinking: boolean): Switches {
  const names = (effort: string) =>
    source.includes(`'${effort}'`) || source.includes(`"${effort}"`);
  const most = names('medium') ? 'medium' : 'high';
  const least = names('none') ? 'none' : 'low';
  return {
    enable_thinking: thinking,
    thinking,
    reasoning_effort: thinking ? most : least,
    ...(!thinking && { thinking_budget: 0 }),
  };
}
