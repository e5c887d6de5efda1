/** A person's settings and the installed models, as rows in SQLite. */
import { DEFAULT_MODEL_ID } from '../ai/modelId';
import type { SqlDatabase, SqlValue } from '../platform/types';

export interface ModelDownloadInfo {
  modelId: string;
  /** Milliseconds since 1970. */
  downloadedAt: number;
  /** The weights file (`.pte`, or `.gguf` where llama.cpp runs), relative to the models folder. */
  ptePath: string;
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
  /** In bytes on the disk. */
  size: number;
}

export interface ModelSettings {
  selectedModelId: string;
  downloadedModels: ModelDownloadInfo[];
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface ModelSettingsStore {
  getSettings(): Promise<ModelSettings>;
  /** Returns the default model's id until a model was selected. */
  getSelectedModelId(): Promise<string>;
  setSelectedModelId(modelId: string): Promise<void>;
  /** Replaces the row of the same model. */
  addDownloadedModel(info: ModelDownloadInfo): Promise<void>;
  /** Idempotent. If the model was selected, the default model is selected again, in the same transaction. */
  removeDownloadedModel(modelId: string): Promise<void>;
  isModelDownloaded(modelId: string): Promise<boolean>;
  /** The limit for transfers in bytes per second; undefined for no limit. */
  getRateLimit(): Promise<number | undefined>;
  setRateLimit(bytesPerSecond: number | undefined): Promise<void>;
  /** Whether transfers wait for a network that isn't metered; false by default. */
  getWifiOnly(): Promise<boolean>;
  setWifiOnly(isOn: boolean): Promise<void>;
}

const SELECTED = 'selected_model_id';
const RATE_LIMIT = 'rate_limit';
const WIFI_ONLY = 'wifi_only';

/** The store over a database that `migrate` has brought up to date. */
export function createModelSettings(database: SqlDatabase): ModelSettingsStore {
  async function getValue(name: string): Promise<string | undefined> {
    const sql = 'SELECT value FROM setting WHERE name = ?';
    const [row] = await database.all({ sql, params: [name] });
    return row === undefined ? undefined : String(row['value']);
  }

  async function setValue(name: string, value: string): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)';
    await database.batch([{ sql, params: [name, value] }]);
  }

  const getSelectedModelId = async () => (await getValue(SELECTED)) ?? DEFAULT_MODEL_ID;

  return {
    getSelectedModelId,

    async getSettings() {
      const rows = await database.all({
        sql: 'SELECT * FROM downloaded_model ORDER BY downloaded_at, model_id',
      });
      return {
        selectedModelId: await getSelectedModelId(),
        downloadedModels: rows.map(toDownloadInfo),
      };
    },

    setSelectedModelId: (modelId) => setValue(SELECTED, modelId),

    async getRateLimit() {
      const limit = Number((await getValue(RATE_LIMIT)) ?? NaN);
      return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
    },

    setRateLimit: (bytesPerSecond) => setValue(RATE_LIMIT, String(bytesPerSecond ?? 'none')),

    getWifiOnly: async () => (await getValue(WIFI_ONLY)) === 'on',

    setWifiOnly: (isOn) => setValue(WIFI_ONLY, isOn ? 'on' : 'off'),

    async addDownloadedModel(info) {
      await database.batch([
        {
          sql: `INSERT OR REPLACE INTO downloaded_model
            (model_id, downloaded_at, pte_path, tokenizer_path, tokenizer_config_path, size_bytes)
            VALUES (?, ?, ?, ?, ?, ?)`,
          params: [
            info.modelId,
            info.downloadedAt,
            info.ptePath,
            info.tokenizerPath ?? null,
            info.tokenizerConfigPath ?? null,
            info.size,
          ],
        },
      ]);
    },

    async removeDownloadedModel(modelId) {
      await database.batch([
        { sql: 'DELETE FROM downloaded_model WHERE model_id = ?', params: [modelId] },
        { sql: 'DELETE FROM setting WHERE name = ? AND value = ?', params: [SELECTED, modelId] },
      ]);
    },

    async isModelDownloaded(modelId) {
      const rows = await database.all({
        sql: 'SELECT 1 FROM downloaded_model WHERE model_id = ?',
        params: [modelId],
      });
      return rows.length > 0;
    },
  };
}

function toDownloadInfo(row: Record<string, SqlValue>): ModelDownloadInfo {
  const info: ModelDownloadInfo = {
    modelId: String(row['model_id']),
    downloadedAt: Number(row['downloaded_at']),
    ptePath: String(row['pte_path']),
    size: Number(row['size_bytes']),
  };
  const tokenizerPath = row['tokenizer_path'];
  if (typeof tokenizerPath === 'string') info.tokenizerPath = tokenizerPath;
  const tokenizerConfigPath = row['tokenizer_config_path'];
  if (typeof tokenizerConfigPath === 'string') info.tokenizerConfigPath = tokenizerConfigPath;
  return info;
}
