/** What a person chose and what was installed, as rows in SQLite. */

export interface ModelDownloadInfo {
  modelId: string;
  /** Milliseconds since 1970. */
  downloadedAt: number;
  /** The weights file (`.pte`, or `.gguf` where llama.cpp runs), relative to the models folder. */
  ptePath: string;
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
  /** Bytes on disk. */
  size: number;
}

export interface ModelSettings {
  selectedModelId: string;
  downloadedModels: ModelDownloadInfo[];
}

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface ModelSettingsStore {
  getSettings(): Promise<ModelSettings>;
  /** The default model's id until one was selected. */
  getSelectedModelId(): Promise<string>;
  setSelectedModelId(modelId: string): Promise<void>;
  /** Replaces the row of the same model. */
  addDownloadedModel(info: ModelDownloadInfo): Promise<void>;
  /** Idempotent. */
  removeDownloadedModel(modelId: string): Promise<void>;
  isModelDownloaded(modelId: string): Promise<boolean>;
}
