/** The chats with each model, as rows in SQLite. Rows are validated when they are read; a broken row is left out. */
import * as v from 'valibot';
import type { Answer, AnswerOutcome, ChatEntry, Question } from '../ai/chat/conversationEntries';
import { PROMPT_FORMATS, UNSUPPORTED_FEATURES } from '../errors';
import type { ModelFailure } from '../errors';
import type { GenerationStats, SqlDatabase, SqlStatement } from '../platform/types';

export interface ChatSummary {
  /** When the chat was started, in milliseconds since 1970, as is `changedAt`. */
  chatId: number;
  changedAt: number;
  /** The beginning of the first question; empty where its row is missing. */
  opening: string;
}

export interface ChatChange {
  chatId: number;
  modelId: string;
  changedAt: number;
  /** Replaces rows with the same ids. */
  put: readonly ChatEntry[];
  removedIds: readonly number[];
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface ChatStore {
  /** The chats with one model; the last changed comes first. */
  listChats(modelId: string): Promise<ChatSummary[]>;
  /**
   * Questions and answers in their order; empty for an unknown chat. An answer that the end of the app cut off
   * is `stopped`.
   */
  getEntries(chatId: number): Promise<ChatEntry[]>;
  /** Saves the change; adds the chat where it is new. */
  save(change: ChatChange): Promise<void>;
  deleteChat(chatId: number): Promise<void>;
  deleteChats(modelId: string): Promise<void>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createChatStore(database: SqlDatabase): ChatStore {
  return {
    async listChats(modelId) {
      const rows = await database.all({
        sql: `SELECT chat_id, changed_at, coalesce((
            SELECT substr(text, 1, 200) FROM chat_message
            WHERE chat_message.chat_id = chat.chat_id AND role = 'user' ORDER BY said_at LIMIT 1
          ), '') AS opening
          FROM chat WHERE model_id = ? ORDER BY changed_at DESC, chat_id DESC`,
        params: [modelId],
      });
      return readRows(rows, summaryRow);
    },

    async getEntries(chatId) {
      const rows = await database.all({
        sql: 'SELECT * FROM chat_message WHERE chat_id = ? ORDER BY said_at',
        params: [chatId],
      });
      return readRows(rows, entryRow);
    },

    save: ({ chatId, modelId, changedAt, put, removedIds }) =>
      database.batch([
        {
          sql: `INSERT INTO chat (chat_id, model_id, changed_at) VALUES (?, ?, ?)
            ON CONFLICT (chat_id) DO UPDATE SET changed_at = excluded.changed_at`,
          params: [chatId, modelId, changedAt],
        },
        ...removedIds.map((id) => ({
          sql: 'DELETE FROM chat_message WHERE chat_id = ? AND said_at = ?',
          params: [chatId, id],
        })),
        ...put.map((entry) => insertion(chatId, entry)),
      ]),

    deleteChat: (chatId) =>
      database.batch([
        { sql: 'DELETE FROM chat_message WHERE chat_id = ?', params: [chatId] },
        { sql: 'DELETE FROM chat WHERE chat_id = ?', params: [chatId] },
      ]),

    deleteChats: (modelId) =>
      database.batch([
        {
          sql: `DELETE FROM chat_message
            WHERE chat_id IN (SELECT chat_id FROM chat WHERE model_id = ?)`,
          params: [modelId],
        },
        { sql: 'DELETE FROM chat WHERE model_id = ?', params: [modelId] },
      ]),
  };
}

function insertion(chatId: number, entry: ChatEntry): SqlStatement {
  const said = entry.role === 'user' ? undefined : entry;
  return {
    sql: `INSERT OR REPLACE INTO chat_message
      (chat_id, said_at, role, text, thought, thought_ms, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    params: [
      ...[chatId, entry.id, entry.role, entry.text],
      said?.thought ?? '',
      said?.thoughtMs ?? null,
      said ? JSON.stringify(said.outcome) : null,
    ],
  };
}

function readRows<Row>(rows: readonly unknown[], schema: v.GenericSchema<unknown, Row>): Row[] {
  return rows.flatMap((row) => {
    const read = v.safeParse(schema, row);
    return read.success ? [read.output] : [];
  });
}

const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

const summaryRow = v.pipe(
  v.object({ chat_id: moment, changed_at: moment, opening: v.string() }),
  v.transform(({ chat_id, changed_at, opening }): ChatSummary => ({
    chatId: chat_id,
    changedAt: changed_at,
    opening,
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
  v.object({ kind: v.literal('failed'), failure }),
]);

/** An outcome that can't be read becomes `stopped`, so that the answer's text isn't lost. */
function readOutcome(text: string): AnswerOutcome {
  try {
    return v.parse(outcome, JSON.parse(text));
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

const entryRow = v.union([questionRow, answerRow]);
