import { describe, expect, it } from 'vitest';

import { isPortableName } from '../platform/shared/storePath';
import {
  ALL_MODELS,
  DEFAULT_MODEL,
  selectedModel,
  TinyDemo,
  type LlmModelConfig,
} from './modelConfig';
import { DEFAULT_MODEL_ID } from './modelId';
import { MANIFEST_NAMES } from './registry/buildPlaces';
import { modelFiles } from './registry/modelFiles';

const sourcesOf = (model: LlmModelConfig) => [
  model.pteSource,
  model.tokenizerSource,
  model.tokenizerConfigSource,
  model.ggufSource,
];
const released = ALL_MODELS.filter(({ available, demo }) => available && !demo);
const announced = ALL_MODELS.filter(({ available }) => !available);

describe('the registry', () => {
  it('has five models to download, five to come and one demo', () => {
    expect(released).toHaveLength(5);
    expect(announced).toHaveLength(5);
    expect(ALL_MODELS.filter(({ demo }) => demo)).toHaveLength(1);
    expect(released).toContain(DEFAULT_MODEL);
    expect(DEFAULT_MODEL.modelId).toBe(DEFAULT_MODEL_ID);
  });

  it('gives every model an id and a folder of its own, also where case is ignored', () => {
    const ids = ALL_MODELS.map(({ modelId }) => modelId);
    const folders = ALL_MODELS.map(({ folderName }) => folderName.toLowerCase());
    expect(new Set(ids).size).toBe(ALL_MODELS.length);
    expect(new Set(folders).size).toBe(ALL_MODELS.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
  });

  it.each(ALL_MODELS)('names files that every device can store: $modelId', (model) => {
    const names = [
      model.folderName,
      ...modelFiles(model, 'executorch').map(({ fileName }) => fileName),
      ...modelFiles(model, 'llama.cpp').map(({ fileName }) => fileName),
    ];
    expect(names.filter((name) => !isPortableName(name) || name.startsWith('.'))).toEqual([]);
    expect(names.filter((name) => MANIFEST_NAMES.includes(name))).toEqual([]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  it.each(released)('pins every address to a tag or a commit: $modelId', (model) => {
    for (const source of sourcesOf(model)) {
      expect(source).toMatchObject({
        kind: 'remote',
        url: expect.stringMatching(
          /^https:\/\/huggingface\.co\/[^/]+\/[^/]+\/resolve\/(v\d+\.\d+\.\d+|[0-9a-f]{40})\/./,
        ) as string,
      });
    }
  });

  it.each(released)('states bytes and digest of the GGUF build: $modelId', (model) => {
    expect(model.ggufSource).toMatchObject({
      sizeBytes: expect.any(Number) as number,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(model.ggufSource).toMatchObject({
      url: expect.stringMatching(
        new RegExp(`/${model.ggufFileName.replaceAll('.', '\\.')}$`),
      ) as string,
    });
  });

  it.each(announced)('says in a sentence why it can’t be had yet: $modelId', (model) => {
    for (const source of sourcesOf(model)) {
      expect(source).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringMatching(/^Coming soon: .+\.$/) as string,
      });
    }
  });

  it('guides to a fastest, a balanced and a best model', () => {
    const guided = (guidance: string) =>
      ALL_MODELS.filter((model) => model.guidance === guidance).map(({ modelId }) => modelId);
    expect(guided('fastest')).toEqual(['qwen-3-0.6b']);
    expect(guided('balanced')).toEqual(['llama-3.2-1b-instruct', 'qwen-3-1.7b']);
    expect(guided('best-quality')).toEqual(['llama-3.2-3b-instruct', 'qwen-3-4b']);
  });

  it('selects the default as it is offered where the selected model is offered no more', () => {
    const moved = { ...DEFAULT_MODEL, huggingFaceUrl: 'https://mirror.example/model' };
    const models = [TinyDemo, moved];
    expect(selectedModel(models, 'gone-with-its-catalog')).toBe(moved);
    expect(selectedModel(models, TinyDemo.modelId)).toBe(TinyDemo);
  });
});
