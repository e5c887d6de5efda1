import { beforeEach, describe, expect, it } from 'vitest';

import { DEFAULT_MODEL } from '../ai/modelConfig';
import { createInMemoryDatabase } from '../platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../platform/types';
import { migrate } from './migrations';
import {
  createModelSettings,
  type ModelDownloadInfo,
  type ModelSettingsStore,
} from './modelSettings';
import { createUnkeptSettings } from './unkeptSettings';

const info: ModelDownloadInfo = {
  modelId: 'qwen-3-0.6b',
  downloadedAt: 1_790_000_000_000,
  ptePath: 'qwen-3-0.6b/a.pte',
  tokenizerPath: 'qwen-3-0.6b/tokenizer.json',
  tokenizerConfigPath: 'qwen-3-0.6b/tokenizer_config.json',
  size: 5_000_000_000,
};

async function overDatabase(): Promise<ModelSettingsStore> {
  const database = await createInMemoryDatabase();
  await migrate(database);
  return createModelSettings(database);
}

describe.each([
  ['modelSettings', overDatabase],
  ['unkeptSettings', () => Promise.resolve(createUnkeptSettings())],
])('%s', (_, create) => {
  let settings: ModelSettingsStore;
  beforeEach(async () => {
    settings = await create();
  });

  it('has the default selected and nothing downloaded at first', async () => {
    expect(await settings.getSettings()).toEqual({
      selectedModelId: DEFAULT_MODEL.modelId,
      downloadedModels: [],
    });
  });

  it('keeps a selection', async () => {
    await settings.setSelectedModelId('qwen-3-4b');
    await settings.setSelectedModelId('qwen-3-0.6b');
    expect(await settings.getSelectedModelId()).toBe('qwen-3-0.6b');
  });

  it('keeps every field of a download, past four gigabytes', async () => {
    await settings.addDownloadedModel(info);
    expect((await settings.getSettings()).downloadedModels).toEqual([info]);
    expect(await settings.isModelDownloaded(info.modelId)).toBe(true);
  });

  it('leaves out the tokenizer where there is none', async () => {
    const { modelId, downloadedAt, ptePath, size } = info;
    await settings.addDownloadedModel({ modelId, downloadedAt, ptePath, size });
    const { downloadedModels } = await settings.getSettings();
    expect(downloadedModels).toEqual([{ modelId, downloadedAt, ptePath, size }]);
  });

  it('has one row a model, the latest', async () => {
    await settings.addDownloadedModel(info);
    await settings.addDownloadedModel({ ...info, size: 1 });
    const { downloadedModels } = await settings.getSettings();
    expect(downloadedModels.map(({ size }) => size)).toEqual([1]);
  });

  it('selects the default again when the selected model is removed, and only then', async () => {
    await settings.addDownloadedModel(info);
    await settings.setSelectedModelId(info.modelId);
    await settings.removeDownloadedModel('qwen-3-4b');
    expect(await settings.getSelectedModelId()).toBe(info.modelId);
    await settings.removeDownloadedModel(info.modelId);
    await settings.removeDownloadedModel(info.modelId);
    expect(await settings.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    expect(await settings.isModelDownloaded(info.modelId)).toBe(false);
  });

  it('takes an id for what it is, whatever it says', async () => {
    const hostile = `'); DROP TABLE downloaded_model; --`;
    await settings.setSelectedModelId(hostile);
    await settings.addDownloadedModel({ ...info, modelId: hostile });
    expect(await settings.getSelectedModelId()).toBe(hostile);
    expect(await settings.isModelDownloaded(hostile)).toBe(true);
  });

  it('lists downloads by their age', async () => {
    const ages = { middle: 2, youngest: 3, oldest: 1, twin: 2 };
    for (const [modelId, downloadedAt] of Object.entries(ages)) {
      await settings.addDownloadedModel({ ...info, modelId, downloadedAt });
    }
    const { downloadedModels } = await settings.getSettings();
    const ids = downloadedModels.map(({ modelId }) => modelId);
    expect(ids).toEqual(['oldest', 'middle', 'twin', 'youngest']);
  });

  it('has no limit of the rate until one is set, nor after it was lifted', async () => {
    expect(await settings.getRateLimit()).toBeUndefined();
    await settings.setRateLimit(1_000_000);
    expect(await settings.getRateLimit()).toBe(1_000_000);
    await settings.setRateLimit(undefined);
    expect(await settings.getRateLimit()).toBeUndefined();
  });
});

describe('migrate', () => {
  let database: SqlDatabase;
  let settings: ModelSettingsStore;
  beforeEach(async () => {
    database = await createInMemoryDatabase();
    await migrate(database);
    settings = createModelSettings(database);
  });

  it('migrates once, and again without a change', async () => {
    await settings.addDownloadedModel(info);
    await migrate(database);
    expect(await settings.isModelDownloaded(info.modelId)).toBe(true);
  });

  it('refuses a database of a newer app and leaves it alone', async () => {
    await settings.addDownloadedModel(info);
    await database.batch([{ sql: 'PRAGMA user_version = 99' }]);
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'DB_TOO_NEW',
      details: { foundVersion: 99 },
    });
    expect(await settings.isModelDownloaded(info.modelId)).toBe(true);
  });

  it('remembers whether transfers are kept to Wi-Fi, which nobody asked for at first', async () => {
    const database = await createInMemoryDatabase();
    await migrate(database);
    const settings = createModelSettings(database);
    expect(await settings.getWifiOnly()).toBe(false);
    await settings.setWifiOnly(true);
    expect(await createModelSettings(database).getWifiOnly()).toBe(true);
    await settings.setWifiOnly(false);
    expect(await settings.getWifiOnly()).toBe(false);
  });

  it('goes on when another tab has migrated between reading and writing', async () => {
    const fresh = await createInMemoryDatabase();
    let isFirst = true;
    const raced: SqlDatabase = {
      ...fresh,
      async batch(statements) {
        if (isFirst) {
          isFirst = false;
          await migrate(fresh);
        }
        return fresh.batch(statements);
      },
    };
    await migrate(raced);
    expect(await createModelSettings(fresh).isModelDownloaded('x')).toBe(false);
  });
});
