/** The withdrawn versions of models that a person uses anyway, as rows in SQLite. They stay when the models are removed. */
import type { SqlDatabase } from '../platform/types';

export interface UsedAnyway {
  modelId: string;
  /** The SHA-256 of the weights, or '' where nobody states it. */
  version: string;
  /** Milliseconds since 1970. */
  decidedAt: number;
}

/** Every method throws ModelError DB_FAILED. */
export interface UsedAnywayStore {
  /** The versions of one model. */
  list(modelId: string): Promise<string[]>;
  /** The first decision about a version stays. */
  add(used: UsedAnyway): Promise<void>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createUsedAnywayStore(database: SqlDatabase): UsedAnywayStore {
  return {
    async list(modelId) {
      const sql = 'SELECT version FROM used_anyway WHERE model_id = ?';
      return (await database.all({ sql, params: [modelId] })).map((row) => String(row['version']));
    },

    async add({ modelId, version, decidedAt }) {
      const sql = `INSERT OR IGNORE INTO used_anyway
        (model_id, version, decided_at) VALUES (?, ?, ?)`;
      await database.batch([{ sql, params: [modelId, version, decidedAt] }]);
    },
  };
}

/** For a host that keeps no choices: until the process ends. */
export function createUnkeptDecisions(): UsedAnywayStore {
  const kept: UsedAnyway[] = [];
  return {
    list: (modelId) =>
      Promise.resolve(kept.flatMap((each) => (each.modelId === modelId ? each.version : []))),
    add(used) {
      kept.push(used);
      return Promise.resolve();
    },
  };
}
