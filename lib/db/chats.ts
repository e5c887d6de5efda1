/** The chats with all models, as rows in SQLite. */
import type { ChatEntry } from '../ai/chat/conversationEntries';
import type { SqlDatabase, SqlStatement, SqlValue } from '../platform/types';
import { entryRow, readRows, summaryRow } from './chatRows';
import { excerptAround, patternsOf, searchedWords } from './chatSearch';

export interface ChatSummary {
  /** When the chat was started, in milliseconds since 1970, as is `changedAt`. */
  chatId: number;
  modelId: string;
  changedAt: number;
  /** The name that a person gave it; undefined for none. */
  title: string | undefined;
  /** The beginning of the first question; empty where its row is missing. */
  opening: string;
  /** The part of a message in which a search found its first word; undefined without a search. */
  excerpt: string | undefined;
}

export interface ChatChange {
  chatId: number;
  modelId: string;
  changedAt: number;
  /** Replaces rows with the same ids. */
  put: readonly ChatEntry[];
  removedIds: readonly number[];
}

/** Deleted rows, word for word, so that they can be put back. */
export interface DeletedChats {
  chats: readonly Record<string, SqlValue>[];
  messages: readonly Record<string, SqlValue>[];
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface ChatStore {
  /** The chat with this model that changed last. */
  findNewest(modelId: string): Promise<number | undefined>;
  /**
   * The chats with all models, the last changed first; with words to search for only those that have each of them in
   * their title or their messages.
   */
  listChats(search?: string): Promise<ChatSummary[]>;
  /**
   * Questions and answers in their order; empty for an unknown chat. An answer that the end of the app cut off
   * is `cut-off`.
   */
  getEntries(chatId: number): Promise<ChatEntry[]>;
  /** Saves the change; adds the chat where it is new. */
  save(change: ChatChange): Promise<void>;
  /** Undefined takes the title away. */
  rename(chatId: number, title: string | undefined): Promise<void>;
  /** Deletes these chats with their messages, and returns what was deleted. */
  deleteChats(chatIds: readonly number[]): Promise<DeletedChats>;
  /** Whatever has been saved of these chats since then, stays. */
  putBack(deleted: DeletedChats): Promise<void>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createChatStore(database: SqlDatabase): ChatStore {
  return {
    async findNewest(modelId) {
      const [row] = await database.all({
        sql: `SELECT chat_id FROM chat WHERE model_id = ?
          ORDER BY changed_at DESC, chat_id DESC LIMIT 1`,
        params: [modelId],
      });
      return row && Number(row['chat_id']);
    },

    async listChats(search = '') {
      const words = searchedWords(search);
      const patterns = words.map(patternsOf);
      const rows = await database.all({
        sql: LISTING,
        params: [JSON.stringify(patterns[0] ?? []), JSON.stringify(patterns)],
      });
      return readRows(rows, summaryRow).map(({ found, ...chat }) => ({
        ...chat,
        excerpt: words[0] === undefined || !found ? undefined : excerptAround(found, words[0]),
      }));
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

    rename: (chatId, title) =>
      database.batch([
        { sql: 'UPDATE chat SET title = ? WHERE chat_id = ?', params: [title ?? null, chatId] },
      ]),

    async deleteChats(chatIds) {
      const params = [JSON.stringify(chatIds)];
      const deleted = {
        chats: await database.all({
          sql: 'SELECT * FROM chat WHERE chat_id IN (SELECT value FROM json_each(?))',
          params,
        }),
        messages: await database.all({
          sql: 'SELECT * FROM chat_message WHERE chat_id IN (SELECT value FROM json_each(?))',
          params,
        }),
      };
      await database.batch([
        {
          sql: 'DELETE FROM chat_message WHERE chat_id IN (SELECT value FROM json_each(?))',
          params,
        },
        { sql: 'DELETE FROM chat WHERE chat_id IN (SELECT value FROM json_each(?))', params },
      ]);
      return deleted;
    },

    putBack: ({ chats, messages }) =>
      database.batch([...chats.map(chatRestoration), ...messages.map(messageRestoration)]),
  };
}

/** The first parameter is the patterns of one word, the second a list of such lists: JSON, both. */
const LISTING = `SELECT chat_id, model_id, changed_at, title, (
    SELECT text FROM chat_message JOIN json_each(?) AS form
    WHERE chat_message.chat_id = chat.chat_id AND text LIKE form.value ESCAPE '\\'
    ORDER BY said_at LIMIT 1
  ) AS found, coalesce((
    SELECT substr(text, 1, 200) FROM chat_message
    WHERE chat_message.chat_id = chat.chat_id AND role = 'user' ORDER BY said_at LIMIT 1
  ), '') AS opening
  FROM chat
  WHERE NOT EXISTS (
    SELECT 1 FROM json_each(?) AS word WHERE NOT EXISTS (
      SELECT 1 FROM json_each(word.value) AS form
      WHERE title LIKE form.value ESCAPE '\\' OR EXISTS (
        SELECT 1 FROM chat_message
        WHERE chat_message.chat_id = chat.chat_id AND text LIKE form.value ESCAPE '\\'
      )
    )
  )
  ORDER BY changed_at DESC, chat_id DESC`;

const valuesOf = (row: Record<string, SqlValue>, columns: readonly string[]): SqlValue[] =>
  columns.map((column) => row[column] ?? null);

const chatRestoration = (row: Record<string, SqlValue>): SqlStatement => ({
  sql: 'INSERT OR IGNORE INTO chat (chat_id, model_id, changed_at, title) VALUES (?, ?, ?, ?)',
  params: valuesOf(row, ['chat_id', 'model_id', 'changed_at', 'title']),
});

const messageRestoration = (row: Record<string, SqlValue>): SqlStatement => ({
  sql: `INSERT OR IGNORE INTO chat_message
    (chat_id, said_at, role, text, thought, thought_ms, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  params: valuesOf(row, [
    ...['chat_id', 'said_at', 'role', 'text', 'thought', 'thought_ms', 'outcome'],
  ]),
});

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
