import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MAX_CATALOG_BYTES } from './catalog';
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import { loadModels } from './loadModels';
import { ALL_MODELS, Qwen3_0_6B, TinyDemo } from '../modelConfig';

const unavailable = { kind: 'unavailable', reason: 'Not for this device.' };
const entry = {
  ...Qwen3_0_6B,
  modelId: 'mine',
  folderName: 'mine',
  pteSource: unavailable,
  tokenizerSource: unavailable,
  tokenizerConfigSource: unavailable,
};

const load = (catalog: unknown, hubEndpoint = DEFAULT_HUB_ENDPOINT) =>
  loadModels({
    hubEndpoint,
    catalogText: typeof catalog === 'string' ? catalog : JSON.stringify(catalog),
  });
const withModels = (...models: unknown[]) => load({ version: 1, models });

describe('loadModels', () => {
  it('offers the registry as it is without a catalog', () => {
    const loaded = loadModels({ hubEndpoint: DEFAULT_HUB_ENDPOINT, catalogText: undefined });
    expect(loaded).toEqual({ models: ALL_MODELS, problems: [] });
  });

  it('adds a catalog’s models after the registry’s', () => {
    const { models, problems } = withModels(entry);
    expect(problems).toEqual([]);
    expect(models.slice(0, -1)).toEqual(ALL_MODELS);
    expect(models.at(-1)).toEqual(entry);
  });

  it('lets an entry replace the model of the same id, in its place', () => {
    const { models, problems } = withModels({ ...Qwen3_0_6B, displayName: 'Ours' });
    expect(problems).toEqual([]);
    expect(models).toHaveLength(ALL_MODELS.length);
    expect(models[ALL_MODELS.indexOf(Qwen3_0_6B)]?.displayName).toBe('Ours');
  });

  it('drops a bad entry with its reason and uses the rest', () => {
    const { models, problems } = withModels({ ...entry, folderName: '../etc' }, { ...entry });
    expect(models.at(-1)?.modelId).toBe('mine');
    expect(problems).toEqual([
      { modelId: 'mine', reason: expect.stringContaining('folderName') as string },
    ]);
  });

  it.each([
    ['a bundled source', { ggufSource: { kind: 'bundled', requireId: 'tiny-demo.gguf' } }],
    [
      'an address that isn’t https',
      { ggufSource: { kind: 'remote', url: 'http://example.com/a' } },
    ],
    ['a script as a page', { huggingFaceUrl: 'javascript:alert(1)' }],
    ['a password in an address', { huggingFaceUrl: 'https://me:secret@example.com/' }],
    ['a file address', { ggufSource: { kind: 'remote', url: 'file:///etc/passwd' } }],
    [
      'a digest of another kind',
      { ggufSource: { kind: 'remote', url: 'https://a.b/c', sha256: 'abc' } },
    ],
    ['a negative size', { ggufSource: { kind: 'remote', url: 'https://a.b/c', sizeBytes: -1 } }],
    ['a name with a separator', { ggufFileName: 'a/b.gguf' }],
    ['a reserved name', { ggufFileName: 'model.json' }],
    ['a name that Windows keeps for itself', { ggufFileName: 'aux.gguf' }],
    ['an invisible character in a name', { ggufFileName: 'a\u202egguf.exe' }],
    ['a hidden folder', { folderName: '.staging' }],
    ['an id that isn’t one', { modelId: '__proto__' }],
    ['a missing field', { license: undefined }],
  ])('refuses %s', (_, change) => {
    const { models, problems } = withModels({ ...entry, ...change });
    expect(models).toEqual(ALL_MODELS);
    expect(problems).toHaveLength(1);
  });

  it('refuses a second entry of an id, a folder of another model and twins among file names', () => {
    const { models, problems } = withModels(
      entry,
      { ...entry, displayName: 'Again' },
      { ...entry, modelId: 'thief', folderName: TinyDemo.folderName.toUpperCase() },
      {
        ...entry,
        modelId: 'twins',
        folderName: 'twins',
        tokenizerFileName: 'Tokenizer_Config.json',
      },
    );
    expect(models).toHaveLength(ALL_MODELS.length + 1);
    expect(problems.map(({ modelId }) => modelId)).toEqual(['mine', 'thief', 'twins']);
  });

  it.each([
    ['text that isn’t JSON', '<!doctype html>'],
    ['another version', { version: 3, models: [] }],
    ['a list', []],
    ['nothing', ''],
    ['more than 2 MiB', ' '.repeat(MAX_CATALOG_BYTES + 1)],
  ])('leaves the registry as it was for %s, and says so', (_, catalog) => {
    const { models, problems } = load(catalog);
    expect(models).toEqual(ALL_MODELS);
    expect(problems).toEqual([{ modelId: undefined, reason: expect.any(String) as string }]);
  });

  it('never throws, whatever a catalog holds', () => {
    fc.assert(
      fc.property(fc.json(), fc.anything(), (text, value) => {
        load(text);
        load(JSON.stringify({ version: 1, models: [value] }));
      }),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('moves the hub’s addresses, and only those, to another endpoint', () => {
    const elsewhere = {
      ...entry,
      ggufSource: { kind: 'remote', url: 'https://example.com/a.gguf' },
    };
    const { models } = load({ version: 1, models: [elsewhere] }, 'http://127.0.0.1:9');
    const text = JSON.stringify(models);
    expect(text).not.toContain('huggingface.co');
    expect(text).toContain('http://127.0.0.1:9/Qwen/Qwen3-0.6B-GGUF/resolve/');
    expect(text).toContain('https://example.com/a.gguf');
  });
});
