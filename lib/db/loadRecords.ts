/** Measurements of model loads on this device, and the load under way when the app ended, as rows in SQLite. */
import type { SqlDatabase, SqlValue } from '../platform/types';

/** The last load of a model that succeeded here. */
export interface LoadMeasurement {
  modelId: string;
  contextTokens: number;
  /** As the engine reports it; undefined where the engine reports nothing. */
  memoryBytes: number | undefined;
  loadMs: number;
  /** Milliseconds since 1970. */
  loadedAt: number;
}

/** Every method throws ModelError DB_FAILED. */
export interface LoadRecords {
  /** Records the model that is about to be loaded, in place of an earlier one. */
  begin(modelId: string): Promise<void>;
  /** Removes the record of `begin`. Idempotent. */
  end(): Promise<void>;
  /** The id of the model whose load has begun and not ended. */
  findBegun(): Promise<string | undefined>;
  /** Replaces the measurement of the same model. */
  addMeasurement(measurement: LoadMeasurement): Promise<void>;
  getMeasurements(): Promise<LoadMeasurement[]>;
}

const LOADING = 'loading_model_id';

/** The records in a database that `migrate` has brought up to date. */
export function createLoadRecords(database: SqlDatabase): LoadRecords {
  return {
    async begin(modelId) {
      const sql = 'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)';
      await database.batch([{ sql, params: [LOADING, modelId] }]);
    },

    async end() {
      await database.batch([{ sql: 'DELETE FROM setting WHERE name = ?', params: [LOADING] }]);
    },

    async findBegun() {
      const sql = 'SELECT value FROM setting WHERE name = ?';
      const [row] = await database.all({ sql, params: [LOADING] });
      return row === undefined ? undefined : String(row['value']);
    },

    async addMeasurement({ modelId, contextTokens, memoryBytes, loadMs, loadedAt }) {
      await database.batch([
        {
          sql: `INSERT OR REPLACE INTO load_measurement
            (model_id, context_tokens, memory_bytes, load_ms, loaded_at) VALUES (?, ?, ?, ?, ?)`,
          params: [modelId, contextTokens, memoryBytes ?? null, loadMs, loadedAt],
        },
      ]);
    },

    async getMeasurements() {
      const rows = await database.all({ sql: 'SELECT * FROM load_measurement' });
      return rows.map(toMeasurement);
    },
  };
}

function toMeasurement(row: Record<string, SqlValue>): LoadMeasurement {
  const memoryBytes = row['memory_bytes'];
  return {
    modelId: String(row['model_id']),
    contextTokens: Number(row['context_tokens']),
    memoryBytes: typeof memoryBytes === 'number' ? memoryBytes : undefined,
    loadMs: Number(row['load_ms']),
    loadedAt: Number(row['loaded_at']),
  };
}
