/** The downloads that were begun and haven't ended, as rows in SQLite: which run, and which a person has paused. */
import type { SqlDatabase } from '../platform/types';

export interface BegunDownload {
  modelId: string;
  /** When a person paused it, in milliseconds since 1970; undefined for a download that runs. */
  pausedAt: number | undefined;
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface BegunDownloadStore {
  list(): Promise<BegunDownload[]>;
  /** Records that the download runs, or since when it is paused. */
  write(download: BegunDownload): Promise<void>;
  /** Idempotent. */
  remove(modelId: string): Promise<void>;
  /** Removes the row of a download that isn't paused. Idempotent. */
  removeRunning(modelId: string): Promise<void>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createBegunDownloadStore(database: SqlDatabase): BegunDownloadStore {
  return {
    async list() {
      const rows = await database.all({ sql: 'SELECT * FROM begun_download ORDER BY model_id' });
      return rows.map((row) => {
        const pausedAt = row['paused_at'];
        return {
          modelId: String(row['model_id']),
          pausedAt: typeof pausedAt === 'number' ? pausedAt : undefined,
        };
      });
    },

    async write({ modelId, pausedAt }) {
      await database.batch([
        {
          sql: 'INSERT OR REPLACE INTO begun_download (model_id, paused_at) VALUES (?, ?)',
          params: [modelId, pausedAt ?? null],
        },
      ]);
    },

    async remove(modelId) {
      const sql = 'DELETE FROM begun_download WHERE model_id = ?';
      await database.batch([{ sql, params: [modelId] }]);
    },

    async removeRunning(modelId) {
      const sql = 'DELETE FROM begun_download WHERE model_id = ? AND paused_at IS NULL';
      await database.batch([{ sql, params: [modelId] }]);
    },
  };
}

/** Keeps its rows until the process ends: nothing goes on by itself at the next start. */
export function createUnkeptBegunDownloads(): BegunDownloadStore {
  const kept = new Map<string, BegunDownload>();
  const done = Promise.resolve();
  return {
    list: () => Promise.resolve([...kept.values()]),
    write(download) {
      kept.set(download.modelId, download);
      return done;
    },
    remove(modelId) {
      kept.delete(modelId);
      return done;
    },
    removeRunning(modelId) {
      const { pausedAt } = kept.get(modelId) ?? {};
      if (pausedAt === undefined) kept.delete(modelId);
      return done;
    },
  };
}
