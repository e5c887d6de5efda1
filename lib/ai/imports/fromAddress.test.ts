import { describe, expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { modelWith, registered, STATED } from '../../../tests/importFixture';
import { ENDPOINT, sha256 } from '../../../tests/modelFixture';
import { checkGguf } from '../../platform/gguf/ggufHeader';
import { readGgufTable } from '../../platform/gguf/ggufTable';
import type { LlmModelConfig } from '../modelConfig';
import { createRegistry } from '../registry/registry';
import { modelAtAddress, type AddressTools, type RemoteLook } from './fromAddress';

const URL = 'https://models.example/files/little%20fox.gguf?v=3';
const DIGEST = sha256(STATED);

async function lookAt(bytes: Uint8Array, digest?: string): Promise<RemoteLook> {
  const sizeBytes = bytes.byteLength;
  const read = (offset: number, length: number) =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  return {
    table: await readGgufTable(read, { fileBytes: sizeBytes, hereBytes: sizeBytes }),
    facts: await checkGguf({ path: 'x', sizeBytes, read }),
    ...{ sizeBytes, sha256: digest },
  };
}

function ask(
  written: string,
  bytes = STATED,
  more: { digest?: string; models?: LlmModelConfig[] } & Partial<AddressTools> = {},
) {
  const { digest, models = [], ...tools } = more;
  const asked: string[] = [];
  const result = modelAtAddress(
    {
      lookAt(url) {
        asked.push(url);
        return lookAt(bytes, digest);
      },
      host: { runtimes: ['llama.cpp'], maxModelBytes: undefined },
      ...{ registry: createRegistry(models), hubEndpoint: ENDPOINT, ...tools },
    },
    written,
    new AbortController().signal,
  );
  return { asked, result };
}

describe('a model at an address', () => {
  it('is pinned to the digest that its server states', async () => {
    const { asked, result } = ask(URL, STATED, { digest: DIGEST });
    const { config, ...about } = await result;
    expect(asked).toEqual([URL]);
    expect(about).toEqual({
      ...{ isListed: false, checkedAgainst: 'server', sizeBytes: STATED.byteLength },
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
    const elsewhere = await ask(URL.replace('files', 'other')).result;
    expect(elsewhere.config.modelId).not.toBe(config.modelId);
  });

  it('is the listed model whose digest it is', async () => {
    const models = [registered(STATED)];
    const found = await ask(URL, STATED, { digest: DIGEST, models }).result;
    expect(found).toMatchObject({ isListed: true, checkedAgainst: 'list', config: models[0] });
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

  it.each<[string, Uint8Array, Partial<AddressTools['host']>]>([
    ['too-large', STATED, { maxModelBytes: 10 }],
    ['unsupported', STATED, { runtimes: ['executorch'] }],
  ])('is refused by its header: %s', async (problem, bytes, host) => {
    const usual = { runtimes: ['llama.cpp'] as const, maxModelBytes: undefined };
    const { result } = ask(URL, bytes, { host: { ...usual, ...host } });
    expect(await rejectionOf(result)).toMatchObject({ details: { problem } });
  });

  it('is named by its file where its header has no name', async () => {
    const { config } = await ask(URL, modelWith({ 'general.name': undefined })).result;
    expect(config.displayName).toBe('little fox');
  });
});
