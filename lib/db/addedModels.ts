/** The models that a person added, as rows in SQLite. The rows aren't checked here: see `lib/ai/added/addedRows.ts`. */
import type { SqlDatabase, SqlValue } from '../platform/types';

/** As it is in the database: nothing about it is certain. */
export interface AddedModelRow {
  modelId: string;
  /** The JSON of an entry of a catalog of version 2. */
  entry: string;
  /** How it came: see `ADDED_ORIGINS`. */
  origin: string;
  /** Milliseconds since 1970. */
  addedAt: number;
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface AddedModelStore {
  /** The first added come first. */
  list(): Promise<AddedModelRow[]>;
  /** All or none. Fails for an added row whose id is in use, so that no row is lost; `changed` rows replace theirs. */
  write(rows: {
    added: readonly AddedModelRow[];
    changed: readonly AddedModelRow[];
  }): Promise<void>;
  /** With the person's mark on it (`modelMarks.ts`). Idempotent. */
  remove(modelId: string): Promise<void>;
}

const INSERT = 'INSERT INTO added_model (model_id, entry, origin, added_at) VALUES (?, ?, ?, ?)';
const REPLACE =
  'INSERT OR REPLACE INTO added_model (model_id, entry, origin, added_at) VALUES (?, ?, ?, ?)';

/** The store over a database that `migrate` has brought up to date. */
export function createAddedModelStore(database: SqlDatabase): AddedModelStore {
  return {
    async list() {
      const sql = 'SELECT * FROM added_model ORDER BY added_at, model_id';
      return (await database.all({ sql })).map(toRow);
    },

    write: ({ added, changed }) =>
      database.batch([
        ...added.map((row) => ({ sql: INSERT, params: toParams(row) })),
        ...changed.map((row) => ({ sql: REPLACE, params: toParams(row) })),
      ]),

    remove: (modelId) =>
      database.batch([
        { sql: 'DELETE FROM added_model WHERE model_id = ?', params: [modelId] },
        { sql: 'DELETE FROM model_mark WHERE model_id = ?', params: [modelId] },
      ]),
  };
}

function toParams({ modelId, entry, origin, addedAt }: AddedModelRow): SqlValue[] {
  return [modelId, entry, origin, addedAt];
}

function toRow(row: Record<string, SqlValue>): AddedModelRow {
  return {
    modelId: String(row['model_id']),
    entry: String(row['entry']),
    origin: String(row['origin']),
    addedAt: Number(row['added_at']),
  };
}
