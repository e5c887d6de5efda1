/** Catalogs of version 2: a model is a list of builds, each of which is a list of files with roles. */
import { describe, expect, it } from 'vitest';

import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import { ALL_MODELS } from '../modelConfig';
import { buildOf, buildsOf } from '../runtimes/notation';
import { parseCatalog } from './catalog';
import { loadModels } from './loadModels';
import { modelFiles, unavailableReason } from './modelFiles';

const REPOSITORY = 'https://huggingface.co/me/model';
const COMMIT = 'a'.repeat(40);
const fileOf = (role: string, fileName: string) => ({
  role,
  fileName,
  source: {
    kind: 'remote',
    url: `${REPOSITORY}/resolve/${COMMIT}/${fileName}`,
    sizeBytes: 5,
    sha256: 'b'.repeat(64),
  },
});
const GGUF = {
  runtime: 'llama.cpp',
  quantization: 'Q4_K_M',
  contextTokens: 4096,
  kvBytesPerToken: 1024,
  expertCount: 8,
  files: [fileOf('projector', 'mmproj-model.gguf'), fileOf('weights', 'model.gguf')],
};
const PHONES = {
  runtime: 'executorch',
  quantization: '8da4w',
  files: [
    fileOf('tokenizer', 'tokenizer.json'),
    fileOf('tokenizerConfig', 'tokenizer_config.json'),
    fileOf('weights', 'model.pte'),
  ],
};
const ENTRY = {
  modelId: 'mine',
  displayName: 'Mine',
  description: 'A model.',
  size: '1B',
  folderName: 'mine',
  huggingFaceUrl: REPOSITORY,
  license: 'MIT',
  builds: [PHONES, GGUF],
};

const read = (...models: unknown[]) => parseCatalog(JSON.stringify({ version: 2, models }));
const reasonFor = (builds: unknown) => read({ ...ENTRY, builds }).problems[0]?.reason;

const indexed = (index: object) => {
  const file = fileOf('weights', 'model.gguf');
  return { ...GGUF, files: [{ ...file, source: { ...file.source, index } }] };
};

describe('an entry of version 2', () => {
  it('has the weights first in each build, and everything that the notation can express', () => {
    const { models, problems } = read(ENTRY);
    expect(problems).toEqual([]);
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    const names = buildsOf(model).map((build) => build.files.map(({ fileName }) => fileName));
    expect(names).toEqual([
      ['model.pte', 'tokenizer.json', 'tokenizer_config.json'],
      ['model.gguf', 'mmproj-model.gguf'],
    ]);
    expect(model).toMatchObject({
      available: true,
      pteFileName: 'model.pte',
      tokenizerFileName: 'tokenizer.json',
      ggufFileName: 'model.gguf',
      ggufQuantization: 'Q4_K_M',
      contextTokens: { executorch: 0, llamaCpp: 4096 },
    });
    expect(buildOf(model, 'llama.cpp')).toMatchObject({ kvBytesPerToken: 1024, expertCount: 8 });
    expect(unavailableReason(model, 'executorch')).toBeUndefined();
  });

  it('may have one build only; the other hosts then give the reason', () => {
    const { models } = read({ ...ENTRY, builds: [GGUF] });
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    expect(modelFiles(model, 'executorch')).toEqual([]);
    expect(unavailableReason(model, 'executorch')).toBe('There is no build of it for phones.');
    expect(unavailableReason(model, 'llama.cpp')).toBeUndefined();
  });

  it('keeps its other builds when one is for a runtime that this version doesn’t know', () => {
    const { models, problems } = read({
      ...ENTRY,
      builds: [{ runtime: 'litert', parts: 3 }, GGUF],
    });
    expect(problems).toEqual([]);
    expect(models[0]?.builds?.map(({ runtime }) => runtime)).toEqual(['llama.cpp']);
  });

  it('may state the index of a file, wherever that is', () => {
    const index = { url: 'https://cdn.example/m.index.json', sizeBytes: 9, sha256: 'C'.repeat(64) };
    const { models, problems } = read({ ...ENTRY, builds: [indexed(index)] });
    expect(problems).toEqual([]);
    const [file] = models[0] ? (buildOf(models[0], 'llama.cpp')?.files ?? []) : [];
    expect(file?.source).toMatchObject({ index: { ...index, sha256: 'c'.repeat(64) } });
  });

  it('comes from the endpoint in force, as every model does', () => {
    const { models } = loadModels({
      hubEndpoint: 'https://hub.example',
      catalogText: JSON.stringify({ version: 2, models: [ENTRY] }),
    });
    const model = models.at(-1);
    expect(models).toHaveLength(ALL_MODELS.length + 1);
    for (const { source } of model ? buildsOf(model).flatMap(({ files }) => files) : []) {
      expect(source).toMatchObject({
        url: expect.stringMatching(/^https:\/\/hub\.example\//) as string,
      });
    }
    expect(JSON.stringify(model)).not.toContain(DEFAULT_HUB_ENDPOINT);
  });
});

it.each([
  ['no build', [], 'for a runtime that this version knows'],
  [
    'no weights',
    [{ ...GGUF, files: [fileOf('projector', 'a.gguf')] }],
    'no file with the role weights',
  ],
  [
    'no tokenizer',
    [{ ...PHONES, files: PHONES.files.slice(1) }],
    'no file with the role tokenizer',
  ],
  [
    'two projectors',
    [{ ...GGUF, files: [...GGUF.files, fileOf('projector', 'b.gguf')] }],
    'several files with the role projector',
  ],
  [
    'a role of another runtime',
    [{ ...PHONES, files: [...PHONES.files, fileOf('projector', 'p.gguf')] }],
    'projector',
  ],
  [
    'a program as weights',
    [{ ...GGUF, files: [fileOf('weights', 'model.exe')] }],
    'must end in .gguf',
  ],
  ['a path as a file name', [{ ...GGUF, files: [fileOf('weights', '../model.gguf')] }], 'fileName'],
  [
    'a manifest as a file',
    [{ ...PHONES, files: [...PHONES.files.slice(1), fileOf('tokenizer', 'model.json')] }],
    'reserved',
  ],
  [
    'an index without a digest',
    [indexed({ url: 'https://cdn.example/index.json', sizeBytes: 9 })],
    'sha256',
  ],
  [
    'an index at an unprotected address',
    [indexed({ url: 'http://cdn.example/index.json', sizeBytes: 9, sha256: 'c'.repeat(64) })],
    'url',
  ],
  [
    'two builds for a runtime',
    [GGUF, { ...GGUF, quantization: 'Q8_0' }],
    'one build for each runtime',
  ],
])('is left out with %s', (_, builds, reason) => {
  expect(reasonFor(builds)).toContain(reason);
});

it('is left out when two of its files have one name, also in two builds', () => {
  const twins = {
    ...PHONES,
    files: [...PHONES.files.slice(1), fileOf('tokenizer', 'Tokenizer_Config.json')],
  };
  const text = JSON.stringify({ version: 2, models: [{ ...ENTRY, builds: [twins] }] });
  const { problems } = loadModels({ hubEndpoint: DEFAULT_HUB_ENDPOINT, catalogText: text });
  expect(problems).toEqual([{ modelId: 'mine', reason: 'Two of its files have the same name.' }]);
});
