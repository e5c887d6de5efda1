/** The settings of a host that stores none: terminal commands state them, and the disk shows the installed models. */
import { DEFAULT_MODEL_ID } from '../ai/modelId';
import type { ModelDownloadInfo, ModelSettingsStore } from './modelSettings';

/** Behaves like the store over a database, but keeps its values only until the process ends. */
export function createUnkeptSettings(): ModelSettingsStore {
  const downloaded = new Map<string, ModelDownloadInfo>();
  let selectedModelId: string = DEFAULT_MODEL_ID;
  let rateLimit: number | undefined;
  let wifiOnly = false;

  const oldestFirst = (one: ModelDownloadInfo, other: ModelDownloadInfo) =>
    one.downloadedAt - other.downloadedAt || (one.modelId < other.modelId ? -1 : 1);
  const done = Promise.resolve();

  return {
    getSettings: () =>
      Promise.resolve({
        selectedModelId,
        downloadedModels: [...downloaded.values()].sort(oldestFirst),
      }),
    getSelectedModelId: () => Promise.resolve(selectedModelId),
    setSelectedModelId(modelId) {
      selectedModelId = modelId;
      return done;
    },
    addDownloadedModel(info) {
      downloaded.set(info.modelId, info);
      return done;
    },
    removeDownloadedModel(modelId) {
      downloaded.delete(modelId);
      if (selectedModelId === modelId) selectedModelId = DEFAULT_MODEL_ID;
      return done;
    },
    isModelDownloaded: (modelId) => Promise.resolve(downloaded.has(modelId)),
    getRateLimit: () => Promise.resolve(rateLimit),
    setRateLimit(bytesPerSecond) {
      rateLimit = bytesPerSecond;
      return done;
    },
    getWifiOnly: () => Promise.resolve(wifiOnly),
    setWifiOnly(isOn) {
      wifiOnly = isOn;
      return done;
    },
  };
}
