/** Xet as Hugging Face's own package reads it: an independent client, which our stand-in has to satisfy. */
import { downloadFile, fileDownloadInfo } from '@huggingface/hub';
import { afterEach, describe, expect, it } from 'vitest';

import { bytesContent, noiseContent, wholeOf, type Content } from '../content';
import { commitFor, type HubRepo } from '../repos';
import { startHub, type Hub, type HubOptions } from '../server';

const MEBIBYTE = 1024 * 1024;
const OLD = noiseContent('old', 5 * MEBIBYTE);
/** Another beginning, and another part in the middle. */
const NEW = bytesContent(
  Buffer.concat([
    Buffer.from('a longer beginning'),
    OLD.read(0, 2_500_000),
    noiseContent('part', 200_000).read(0, 200_000),
    OLD.read(2_700_000, 5 * MEBIBYTE),
  ]),
);
const TEXT = bytesContent('{"some": "text that can be compressed"}\n'.repeat(5_000));

const lfs = (content: Content) => ({ lfs: true, content });
const REPO: HubRepo = {
  name: 'me/model',
  commit: commitFor('new'),
  files: { 'model.gguf': lfs(NEW), 'tokenizer.json': lfs(TEXT) },
  olderCommits: { [commitFor('old')]: { 'model.gguf': lfs(OLD) } },
};

let hub: Hub;
afterEach(() => hub.close());
const start = async (options: Partial<HubOptions> = {}) => {
  hub = await startHub({ repos: [REPO], xet: { mostXorbBytes: MEBIBYTE }, ...options });
};

const ask = (path: string, revision = 'main') => ({
  ...{ repo: REPO.name, path, revision, hubUrl: hub.endpoint },
});

async function open(path: string, revision?: string): Promise<Blob> {
  const blob = await downloadFile(ask(path, revision));
  if (!blob) throw new Error('no such file');
  return blob;
}

async function read(path: string, revision?: string): Promise<Buffer> {
  return Buffer.from(await (await open(path, revision)).arrayBuffer());
}

const sent = (pattern: RegExp) => hub.log.filter(({ path }) => pattern.test(path));

describe('@huggingface/hub', () => {
  it.each([
    ['of a model', 'model.gguf', 'main', NEW],
    ['of its earlier version', 'model.gguf', commitFor('old'), OLD],
    ['of a text', 'tokenizer.json', 'main', TEXT],
  ])('reads every byte %s by its chunks', async (_, path, revision, content) => {
    await start();
    const bytes = await read(path, revision);
    expect(bytes.equals(wholeOf(content))).toBe(true);
    expect(sent(/^\/v2\/reconstructions\//)).not.toEqual([]);
    expect(sent(/^\/xorbs\/default\//)).not.toEqual([]);
    expect(sent(/^\/xet-bridge/)).toEqual([]);
  });

  it('reads a newer version whose chunks are in xorbs of the older one, by several ranges at once', async () => {
    await start();
    await read('model.gguf', commitFor('old'));
    const bytes = await read('model.gguf');
    expect(bytes.equals(wholeOf(NEW))).toBe(true);
    expect(sent(/^\/xorbs/).some(({ headers }) => headers['range']?.includes(','))).toBe(true);
  });

  it('reads parts of a file, each by the chunks that it touches', async () => {
    await start();
    const blob = await open('model.gguf');
    const { size } = blob;
    for (const [first, end] of [
      [0, 10],
      [1_000_000, 1_300_001],
      [size - 77, size],
    ] as const) {
      const part = Buffer.from(await blob.slice(first, end).arrayBuffer());
      expect(part.equals(wholeOf(NEW).subarray(first, end))).toBe(true);
    }
  });
});

describe('the service', () => {
  async function signIn(): Promise<{ casUrl: string; headers: Record<string, string> }> {
    const url = `${hub.endpoint}/api/models/${REPO.name}/xet-read-token/main`;
    const { accessToken, casUrl, exp } = (await (await fetch(url)).json()) as {
      accessToken: string;
      casUrl: string;
      exp: number;
    };
    expect(exp).toBeGreaterThan(0);
    return { casUrl, headers: { authorization: `Bearer ${accessToken}` } };
  }

  async function reconstruction(version: 1 | 2, headers?: Record<string, string>) {
    const signedIn = await signIn();
    const { xet } = (await fileDownloadInfo(ask('model.gguf'))) ?? {};
    const url = `${signedIn.casUrl}/v${String(version)}/reconstructions/${xet?.hash ?? ''}`;
    return fetch(url, { headers: headers ?? signedIn.headers });
  }

  it('refuses whoever has no token of the hub, or an old one', async () => {
    let nowMs = Date.now();
    await start({ nowMs: () => nowMs, signatureTtlSeconds: 60 });
    expect((await reconstruction(2, {})).status).toBe(401);
    expect((await reconstruction(2, { authorization: 'Bearer abc' })).status).toBe(401);
    const { headers } = await signIn();
    expect((await reconstruction(2, headers)).status).toBe(200);
    nowMs += 61_000;
    expect((await reconstruction(2, headers)).status).toBe(401);
  });

  it('serves a xorb by exactly the ranges that an address is signed for', async () => {
    await start();
    const found = (await (await reconstruction(2)).json()) as {
      xorbs: Record<string, { url: string; ranges: { bytes: { start: number; end: number } }[] }[]>;
    };
    const [entry] = Object.values(found.xorbs)[0] ?? [];
    if (!entry) throw new Error('no xorb');
    const { start: first = 0, end = 0 } = entry.ranges[0]?.bytes ?? {};
    const get = async (range: string, url = entry.url) =>
      (await fetch(url, { headers: { range } })).status;
    expect(await get(`bytes=${String(first)}-${String(end)}`)).toBe(206);
    expect(await get(`bytes=${String(first)}-${String(end + 1)}`)).toBe(403);
    expect(await get('bytes=0-')).toBe(403);
    expect(
      await get('bytes=0-1', entry.url.replace(/Signed-Range=[^&]+/, 'Signed-Range=bytes%3D0-9')),
    ).toBe(403);
    expect((await fetch(entry.url)).status).toBe(403);
  });

  it('tells the same terms by both versions, and has the second only where it is told to', async () => {
    await start();
    const both = await Promise.all(
      ([1, 2] as const).map(
        async (version) => (await (await reconstruction(version)).json()) as object,
      ),
    );
    expect(both[0]).toMatchObject({ terms: (both[1] as { terms: object[] }).terms });
    expect(both[0]).toHaveProperty('fetch_info');
    await hub.close();
    await start({ xet: { onlyFirstVersion: true } });
    expect((await reconstruction(2)).status).toBe(404);
    expect((await reconstruction(1)).status).toBe(200);
  });

  it('isn’t there behind a mirror', async () => {
    await start({ xet: false });
    const url = `${hub.endpoint}/api/models/${REPO.name}/xet-read-token/main`;
    expect((await fetch(url)).status).toBe(404);
    expect((await fileDownloadInfo(ask('model.gguf')))?.xet).toBeUndefined();
  });
});
