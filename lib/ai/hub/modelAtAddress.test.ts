import { describe, expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { modelWith, registered, STATED } from '../../../tests/importFixture';
import { ENDPOINT, sha256 } from '../../../tests/modelFixture';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import type { LlmEngine } from '../../platform/types';
import { ENGINE_ARCHITECTURES } from '../runtimes/architectureNames';
import type { LlmModelConfig } from '../modelConfig';
import { createRegistry } from '../registry/registry';
import { modelAtAddress, type AddressTools } from './modelAtAddress';

const URL = 'https://models.example/files/little%20fox.gguf?v=3';
const DIGEST = sha256(STATED);

const FOX = modelWith({
  'general.architecture': 'fox',
  ...{ 'fox.block_count': 1, 'fox.embedding_length': 8, 'fox.context_length': 128 },
});
const WLLAMA = {
  engineName: 'wllama',
  engineVersion: ENGINE_ARCHITECTURES.wllama?.version ?? '',
};

interface Asked extends Partial<AddressTools> {
  bytes?: Uint8Array;
  /** Whether the server states the digest of the bytes. */
  isStated?: boolean;
  models?: LlmModelConfig[];
}

function ask(
  written: string,
  { bytes = STATED, isStated = false, models = [], ...tools }: Asked = {},
) {
  const { web, ...world } = createMemoryWorld();
  web.files.set(written, bytes);
  if (isStated) {
    const digest = Buffer.from(sha256(bytes), 'hex').toString('base64');
    const { length } = bytes;
    const headers = {
      'content-range': `bytes 0-${String(length - 1)}/${String(length)}`,
      'repr-digest': `sha-256=:${digest}:`,
    };
    script(web, written, { kind: 'answer', status: 206, headers, body: bytes });
  }
  const { downloader, clock } = createMemoryPlatform({ world: { ...world, web } });
  const result = modelAtAddress(
    {
      ...{ downloader, clock, runtimes: ['llama.cpp'], engines: {} },
      ...{ registry: createRegistry(models), hubEndpoint: ENDPOINT, ...tools },
    },
    written,
    new AbortController().signal,
  );
  return { asked: web.log, result };
}

describe('a model at an address', () => {
  it('is pinned to the digest that its server states', async () => {
    const { asked, result } = ask(URL, { isStated: true });
    const { config, ...about } = await result;
    expect(asked).toHaveLength(1);
    expect(about).toEqual({
      ...{ checkedAgainst: 'server', sizeBytes: STATED.byteLength },
    });
    const { byteLength: sizeBytes } = STATED;
    expect(config.ggufSource).toEqual({ kind: 'remote', url: URL, sizeBytes, sha256: DIGEST });
    expect(config).toMatchObject({ displayName: 'Little Fox', ggufFileName: 'little fox.gguf' });
    expect(config.description).toContain('models.example');
  });

  it('says where nobody vouches for it, and has the same id each time, and another at another address', async () => {
    const { config, checkedAgainst } = await ask(URL).result;
    expect(checkedAgainst).toBe('none');
    expect(config.ggufSource).not.toHaveProperty('sha256');
    expect((await ask(URL).result).config).toEqual(config);
    expect(await ask(URL, { models: [config] }).result).toMatchObject({
      checkedAgainst: 'list',
      config,
    });
    const elsewhere = await ask(URL.replace('files', 'other')).result;
    expect(elsewhere.config.modelId).not.toBe(config.modelId);
  });

  it('is the listed model whose digest it is', async () => {
    const models = [registered(STATED)];
    const found = await ask(URL, { isStated: true, models }).result;
    expect(found).toMatchObject({ checkedAgainst: 'list', config: models[0] });
  });

  it.each([
    ['http://models.example/a.gguf', 'https'],
    ['ftp://models.example/a.gguf', 'https'],
    ['https://me:secret@models.example/a.gguf', 'password'],
    ['https://models.example/a.zip', '.gguf'],
    ['models.example', 'https'],
    ['https://huggingface.co/me/fox/resolve/main/a.gguf', 'repository'],
    [`${ENDPOINT}/me/fox/resolve/main/a.gguf`, 'repository'],
  ])('is refused before any request: %s', async (written, reason) => {
    const { asked, result } = ask(written);
    expect(await rejectionOf(result)).toMatchObject({
      code: 'CATALOG_INVALID',
      details: { reason: expect.stringContaining(reason) as string },
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, Asked, string]>([
    ['of which nothing here runs the kind', { runtimes: ['executorch'] }, 'Nothing on this device'],
    [
      'that is one of several',
      { bytes: modelWith({ 'split.count': 3, 'split.no': 0 }) },
      'one of 3 files',
    ],
    [
      'of an architecture that the engine doesn’t know',
      {
        bytes: FOX,
        engines: { 'llama.cpp': { ...WLLAMA } as LlmEngine },
      },
      '“fox”',
    ],
  ])('is refused for a file %s', async (_, asked, reason) => {
    expect(await rejectionOf(ask(URL, asked).result)).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      details: { reason: expect.stringContaining(reason) as string },
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['a page', new TextEncoder().encode('<!doctype html><title>Sign in</title>'), 'page'],
    ['a projector', modelWith({ 'general.architecture': 'clip' }), 'sees pictures'],
  ])('is refused where it is %s', async (_, bytes, reason) => {
    expect(await rejectionOf(ask(URL, { bytes }).result)).toMatchObject({
      code: 'LOAD_FAILED',
      details: { reason: expect.stringContaining(reason) as string },
    });
  });

  it('knows its memory, and wants a licence accepted that has conditions', async () => {
    const bytes = modelWith({ 'general.license': 'llama3.2' });
    const { config } = await ask(URL, { bytes }).result;
    expect(config.needsAcceptance).toBe(true);
    expect(config.builds?.[0]?.memoryFacts).toMatchObject({
      vocabularySize: expect.any(Number) as number,
    });
    expect((await ask(URL).result).config).not.toHaveProperty('needsAcceptance');
  });

  it('is named by its file where its header has no name', async () => {
    const { config } = await ask(URL, { bytes: modelWith({ 'general.name': undefined }) }).result;
    expect(config.displayName).toBe('little fox');
  });
});
