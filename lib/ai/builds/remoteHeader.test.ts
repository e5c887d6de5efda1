import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { commitFor } from '../../../tests/hub/repos';
import { startHub, type Hub } from '../../../tests/hub/server';
import { beginningWith, headerOf, TEMPLATE } from '../../../tests/modelHeaders';
import { buildTinyDemo } from '../../../scripts/demoModel/tinyDemo';
import { toFailure } from '../../errors';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import { createNodeDownloader } from '../../platform/node/nodeDownloader';
import { createNodeWeb } from '../../platform/node/http/nodeRequest';
import { systemClock } from '../../platform/shared/systemClock';
import { headerFacts } from './headerFacts';
import { readRemoteHeader } from './remoteHeader';

const never = new AbortController().signal;
const MIB = 1024 ** 2;
const GB = 1_000_000_000;
const URL_OF_FILE = 'https://hub.example/a/b/resolve/main/model.gguf';

function inMemory(bytes: Uint8Array, sizeBytes: number | undefined = bytes.byteLength) {
  const world = createMemoryWorld();
  world.web.files.set(URL_OF_FILE, bytes);
  const { downloader, clock } = createMemoryPlatform({ world });
  const file = { url: URL_OF_FILE, fileName: 'model.gguf', sizeBytes };
  return { web: world.web, read: () => readRemoteHeader({ downloader, clock }, file, never) };
}

async function reasonOf(reading: Promise<unknown>): Promise<string> {
  const failure = toFailure(await reading.catch((error: unknown) => error));
  if (failure.code !== 'LOAD_FAILED') throw new Error(`Not refused: ${failure.code}`);
  return failure.details.reason;
}

describe('a file of 4 GB on the hub', () => {
  const repo = (name: string, header: Uint8Array) => ({
    name,
    commit: commitFor(name),
    files: { 'model.gguf': { content: beginningWith(header, 4 * GB), lfs: true } },
  });
  const repos = () => [
    repo('me/pieces', headerOf()),
    repo('me/pairs', headerOf({ tokens: 151_936, merges: true })),
    repo('me/many-pairs', headerOf({ word: 'a longer word ', merges: true })),
  ];
  let hub: Hub;
  beforeAll(async () => {
    hub = await startHub({ repos: repos() });
  }, 60_000);
  afterAll(() => hub.close());

  async function look(name: string) {
    hub.reset();
    const web = createNodeWeb({ hubEndpoint: hub.endpoint, token: undefined, userAgent: 'test' });
    const downloader = createNodeDownloader({ root: '/nowhere', web, bundledFolder: '/nowhere' });
    const url = `${hub.endpoint}/${name}/resolve/${commitFor(name)}/model.gguf`;
    const file = { url, fileName: 'model.gguf', sizeBytes: 4 * GB };
    try {
      return await readRemoteHeader({ downloader, clock: systemClock }, file, never);
    } finally {
      web.close();
    }
  }

  it.each(['me/pieces', 'me/pairs'])(
    'tells all of its header within 4 requests and 8 MiB: %s',
    async (name) => {
      const found = await look(name);
      const sent = hub.log.filter(({ file }) => file !== undefined);
      // The hub redirects the first one, which the server that has the file then answers.
      expect(sent.length).toBeLessThanOrEqual(1 + 4);
      expect(found.requests).toBeLessThanOrEqual(4);
      expect(found.readBytes).toBeLessThanOrEqual(8 * MIB);
      expect(found).toMatchObject({ isWhole: true, sizeBytes: 4 * GB });
      expect(found.model).toMatchObject({
        ...{ architecture: 'gemma3', name: 'Großes Modell', sizeLabel: '4B', license: 'gemma' },
        baseModels: ['https://huggingface.co/google/gemma-3-4b-pt'],
        ...{ fileType: 15, contextTokens: 131_072, layers: 34, embeddingLength: 2_560 },
        ...{ chatTemplate: TEMPLATE, tensorCount: 34 * 6, parameters: 34 * 6 * 2_560 * 2_048 },
        attention: { keyLength: 256, valueLength: 256, slidingWindowTokens: 1_024 },
      });
      const { attention } = found.model;
      expect(attention?.kvHeads).toEqual(Array.from({ length: 34 }, () => 4));
      expect(attention?.slides.filter((slides) => !slides)).toHaveLength(5);
    },
  );

  it('tells all that its memory depends on where the header is longer than that', async () => {
    const { model, isWhole, readBytes } = await look('me/many-pairs');
    expect(readBytes).toBeLessThanOrEqual(8 * MIB);
    expect({ isWhole, template: model.chatTemplate }).toEqual({
      ...{ isWhole: false, template: undefined },
    });
    expect(headerFacts(model)).toEqual({
      contextTokens: 131_072,
      kvBytesPerToken: 34 * 4 * 512 * 2,
      memoryFacts: {
        ...{ vocabularySize: 262_144, embeddingLength: 2_560, feedForwardLength: 10_240 },
        ...{ slidingKvBytesPerToken: 29 * 4 * 512 * 2, slidingWindowTokens: 1_024, stateBytes: 0 },
      },
    });
  });
});

describe('a header on another server', () => {
  const demo = buildTinyDemo();
  // More than the first request brings.
  const long = headerOf({ tokens: 80_000 });

  it('is read in one request where it is short, and the size is the server’s', async () => {
    const { web, read } = inMemory(demo, undefined);
    const found = await read();
    expect(found).toMatchObject({ requests: 1, isWhole: true, sizeBytes: demo.byteLength });
    expect(web.log).toHaveLength(1);
  });

  it('is read from the beginning that a server without ranges sends', async () => {
    const { web, read } = inMemory(demo);
    script(web, URL_OF_FILE, { kind: 'ignore-range' });
    expect(await read()).toMatchObject({ isWhole: true });
  });

  it('costs a server without ranges no more than the first request', async () => {
    const { web, read } = inMemory(long);
    script(web, URL_OF_FILE, { kind: 'ignore-range' }, { kind: 'ignore-range' });
    await expect(read()).rejects.toMatchObject({ code: 'RANGE_INVALID' });
    expect(web.log.map(({ sentBytes }) => sentBytes <= MIB)).toEqual([true, true]);
  });

  it('is asked for at the address behind the redirect', async () => {
    const { web, read } = inMemory(long);
    const behind = 'https://cdn.example/x';
    web.redirects.set(URL_OF_FILE, behind);
    web.files.set(behind, web.files.get(URL_OF_FILE) ?? new Uint8Array());
    await read();
    expect(web.log.map(({ url }) => url === URL_OF_FILE)).toEqual([true, false]);
  });

  it('is refused when the file is replaced between two requests', async () => {
    const { web, read } = inMemory(long);
    web.etagOf = () => `"${String(web.log.length)}"`;
    await expect(read()).rejects.toMatchObject({ code: 'REMOTE_CHANGED' });
  });

  it.each([
    ['a web page', '<!doctype html><title>Sign in</title>', /web page/],
    ['a ZIP archive', 'PK\x03\x04xxxxxxxxxxxxxxxxxxxxxxxxxxx', /ZIP/],
    ['any text', 'Hello, I am not a model at all.', /no GGUF/],
    ['nothing but a head', 'GGUF\x03\0\0\0', /no GGUF/],
  ])('is refused in words: %s', async (_, content, reason) => {
    const { read } = inMemory(Uint8Array.from(content, (letter) => letter.charCodeAt(0)));
    expect(await reasonOf(read())).toMatch(reason);
  });
});
