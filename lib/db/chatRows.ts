/** The rows of chats as SQLite returns them, checked and turned into what they mean. */
import * as v from 'valibot';
import type { Answer, AnswerOutcome, Question } from '../ai/chat/conversationEntries';
import { PROMPT_FORMATS, UNSUPPORTED_FEATURES } from '../errors';
import type { ModelFailure } from '../errors';
import type { GenerationStats } from '../platform/types';

/** The rows that fit the schema; a broken one is left out. */
export function readRows<Row>(
  rows: readonly unknown[],
  schema: v.GenericSchema<unknown, Row>,
): Row[] {
  return rows.flatMap((row) => {
    const read = v.safeParse(schema, row);
    return read.success ? [read.output] : [];
  });
}

const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

export const summaryRow = v.pipe(
  v.object({
    ...{ chat_id: moment, changed_at: moment, model_id: v.string(), opening: v.string() },
    ...{ title: v.nullable(v.string()), found: v.nullable(v.string()) },
  }),
  v.transform(({ chat_id, changed_at, model_id, title, ...row }) => ({
    ...{ chatId: chat_id, changedAt: changed_at, modelId: model_id, ...row },
    title: title ?? undefined,
  })),
);

const stats = v.pipe(
  v.object({
    promptTokens: amount,
    generatedTokens: amount,
    timeToFirstTokenMs: amount,
    prefillTokensPerSecond: v.optional(amount),
    tokensPerSecond: amount,
    finishReason: v.picklist(['stop', 'length']),
  }),
  v.transform((read): GenerationStats => ({
    ...read,
    prefillTokensPerSecond: read.prefillTokensPerSecond,
  })),
);

const because = v.object({ reason: v.string() });

/** Every failure with which an answer can end. */
const failure = v.variant('code', [
  v.object({ code: v.literal('GENERATION_FAILED'), details: because }),
  v.object({ code: v.literal('CONTEXT_FULL'), details: v.object({ contextTokens: amount }) }),
  v.object({
    code: v.literal('TEMPLATE_INVALID'),
    details: v.object({ reason: v.string(), suggested: v.picklist(PROMPT_FORMATS) }),
  }),
  v.object({
    code: v.literal('LOAD_FAILED'),
    details: v.object({ path: v.string(), reason: v.string() }),
  }),
  v.object({
    code: v.literal('UNSUPPORTED'),
    details: v.object({ feature: v.picklist(UNSUPPORTED_FEATURES), host: v.string() }),
  }),
  v.object({
    code: v.literal('APP_INCOMPLETE'),
    details: v.object({ file: v.string(), reason: v.string() }),
  }),
  v.object({ code: v.literal('DB_FAILED'), details: because }),
  v.object({ code: v.literal('INTERNAL'), details: because }),
]) satisfies v.GenericSchema<unknown, ModelFailure>;

const outcome = v.variant('kind', [
  v.object({ kind: v.literal('done'), stats }),
  v.object({ kind: v.literal('stopped') }),
  v.object({ kind: v.literal('cut-off') }),
  v.object({ kind: v.literal('streaming') }),
  v.object({ kind: v.literal('failed'), failure }),
]);

/**
 * An answer that is still being written in the database was cut off, or another tab writes it. An outcome that can't be
 * read becomes `stopped`, so that the answer's text isn't lost.
 */
function readOutcome(text: string): AnswerOutcome {
  try {
    const read = v.parse(outcome, JSON.parse(text));
    return read.kind === 'streaming' ? { kind: 'cut-off' } : read;
  } catch {
    return { kind: 'stopped' };
  }
}

const questionRow = v.pipe(
  v.object({ said_at: moment, role: v.literal('user'), text: v.string() }),
  v.transform(({ said_at, role, text }): Question => ({ id: said_at, role, text })),
);

const answerRow = v.pipe(
  v.object({
    said_at: moment,
    role: v.literal('assistant'),
    text: v.string(),
    thought: v.string(),
    thought_ms: v.nullable(amount),
    outcome: v.string(),
  }),
  v.transform(({ said_at, role, text, thought, thought_ms, ...row }): Answer => ({
    ...{ id: said_at, role, text, thought },
    thoughtMs: thought_ms ?? undefined,
    outcome: readOutcome(row.outcome),
  })),
);

export const entryRow = v.union([questionRow, answerRow]);
