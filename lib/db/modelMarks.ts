/** A person's favourites and notes, and when each model was last used, as rows in SQLite. */
import type { SqlDatabase, SqlValue } from '../platform/types';

export interface ModelMark {
  isFavourite: boolean;
  /** Empty for none. */
  note: string;
  /** When the model was last loaded for an answer, in milliseconds since 1970; undefined if it never was. */
  lastUsedAt: number | undefined;
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface ModelMarkStore {
  /** By model id. Models without a mark are left out. */
  getMarks(): Promise<Map<string, ModelMark>>;
  /** Sets the given properties; the others stay. */
  setMark(modelId: string, change: Partial<ModelMark>): Promise<void>;
}

const SETTERS: Readonly<Record<keyof ModelMark, string>> = {
  isFavourite: `INSERT INTO model_mark (model_id, is_favourite) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET is_favourite = excluded.is_favourite`,
  note: `INSERT INTO model_mark (model_id, note) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET note = excluded.note`,
  lastUsedAt: `INSERT INTO model_mark (model_id, last_used_at) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET last_used_at = excluded.last_used_at`,
};

/** The store over a database that `migrate` has brought up to date. */
export function createModelMarkStore(database: SqlDatabase): ModelMarkStore {
  return {
    async getMarks() {
      const rows = await database.all({ sql: 'SELECT * FROM model_mark' });
      return new Map(rows.map((row) => [String(row['model_id']), toMark(row)]));
    },

    async setMark(modelId, change) {
      const names = Object.keys(SETTERS) as (keyof ModelMark)[];
      await database.batch(
        names
          .filter((name) => change[name] !== undefined)
          .map((name) => ({ sql: SETTERS[name], params: [modelId, toValue(change[name])] })),
      );
    },
  };
}

function toValue(value: ModelMark[keyof ModelMark]): SqlValue {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

function toMark(row: Record<string, SqlValue>): ModelMark {
  const lastUsedAt = row['last_used_at'];
  return {
    isFavourite: row['is_favourite'] === 1,
    note: String(row['note'] ?? ''),
    lastUsedAt: typeof lastUsedAt === 'number' ? lastUsedAt : undefined,
  };
}
