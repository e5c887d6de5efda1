/** What is kept about the versions of each model: the newer one that was found, and whether it is held, as rows in SQLite. */
import type { SqlDatabase, SqlValue } from '../platform/types';

export interface ModelVersionRow {
  /** A JSON text; unchecked. Undefined for none. */
  found: string | undefined;
  /** The licence of the installed version; undefined where it isn't known. */
  license: string | undefined;
  /** The version that failed its trial. */
  refused: string | undefined;
  /** Why the model stays at its version; undefined for a model that isn't held. */
  heldReason: string | undefined;
  /** In milliseconds since 1970. */
  heldAt: number | undefined;
  /** Whether a person, or the rule that they chose, wants the newer version. */
  isWanted: boolean;
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface ModelVersionStore {
  /** By model id. */
  list(): Promise<Map<string, ModelVersionRow>>;
  /** Sets the given columns, also to undefined; the others stay. */
  set(modelId: string, change: Partial<ModelVersionRow>): Promise<void>;
  remove(modelId: string): Promise<void>;
}

const SETTERS: Readonly<Record<keyof ModelVersionRow, string>> = {
  found: `INSERT INTO model_version (model_id, found) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET found = excluded.found`,
  license: `INSERT INTO model_version (model_id, license) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET license = excluded.license`,
  refused: `INSERT INTO model_version (model_id, refused) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET refused = excluded.refused`,
  heldReason: `INSERT INTO model_version (model_id, held_reason) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET held_reason = excluded.held_reason`,
  heldAt: `INSERT INTO model_version (model_id, held_at) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET held_at = excluded.held_at`,
  isWanted: `INSERT INTO model_version (model_id, is_wanted) VALUES (?, ?)
    ON CONFLICT (model_id) DO UPDATE SET is_wanted = excluded.is_wanted`,
};

/** The store over a database that `migrate` has brought up to date. */
export function createModelVersionStore(database: SqlDatabase): ModelVersionStore {
  return {
    async list() {
      const rows = await database.all({ sql: 'SELECT * FROM model_version' });
      return new Map(rows.map((row) => [String(row['model_id']), toRow(row)]));
    },

    async set(modelId, change) {
      const names = Object.keys(SETTERS) as (keyof ModelVersionRow)[];
      await database.batch(
        names
          .filter((name) => name in change)
          .map((name) => ({ sql: SETTERS[name], params: [modelId, toValue(change[name])] })),
      );
    },

    async remove(modelId) {
      await database.batch([
        { sql: 'DELETE FROM model_version WHERE model_id = ?', params: [modelId] },
        { sql: 'DELETE FROM kept_choice WHERE model_id = ?', params: [modelId] },
      ]);
    },
  };
}

const EMPTY: ModelVersionRow = {
  ...{ found: undefined, license: undefined, refused: undefined },
  ...{ heldReason: undefined, heldAt: undefined, isWanted: false },
};

/** For a host that keeps no choices: until the process ends. */
export function createUnkeptModelVersions(): ModelVersionStore {
  const kept = new Map<string, ModelVersionRow>();
  const done = Promise.resolve();
  return {
    list: () => Promise.resolve(new Map(kept)),
    set(modelId, change) {
      kept.set(modelId, { ...(kept.get(modelId) ?? EMPTY), ...change });
      return done;
    },
    remove(modelId) {
      kept.delete(modelId);
      return done;
    },
  };
}

function toValue(value: string | number | boolean | undefined): SqlValue {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

function toRow(row: Record<string, SqlValue>): ModelVersionRow {
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : undefined);
  const heldAt = row['held_at'];
  return {
    ...{ found: text('found'), license: text('license'), refused: text('refused') },
    heldReason: text('held_reason'),
    heldAt: typeof heldAt === 'number' ? heldAt : undefined,
    isWanted: row['is_wanted'] === 1,
  };
}

/** When the hub was last asked about newer versions, in milliseconds since 1970. Both throw ModelError DB_FAILED. */
export function createLookedAt(database: SqlDatabase) {
  return {
    async read(): Promise<number | undefined> {
      const sql = "SELECT value FROM setting WHERE name = 'updates_looked_at'";
      const [row] = await database.all({ sql });
      const atMs = Number(row?.['value'] ?? NaN);
      return Number.isSafeInteger(atMs) ? atMs : undefined;
    },
    async write(atMs: number): Promise<void> {
      const sql = "INSERT OR REPLACE INTO setting (name, value) VALUES ('updates_looked_at', ?)";
      await database.batch([{ sql, params: [String(atMs)] }]);
    },
  };
}
