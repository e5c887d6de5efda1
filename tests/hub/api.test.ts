import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG, REPO, startSampleHub, WEIGHTS } from './sample';
import type { Hub } from './server';

const BIN = 'deep/folder/weights.bin';

let hub: Hub;
let api: string;

beforeAll(async () => {
  hub = await startSampleHub({ treePageSize: 4 });
  api = `${hub.endpoint}/api/models/${REPO.name}`;
});
afterAll(() => hub.close());

async function get(path: string): Promise<unknown> {
  const response = await fetch(api + path);
  expect(response.status).toBe(200);
  return response.json();
}

const WEIGHTS_ENTRY = {
  type: 'file',
  oid: expect.stringMatching(/^[0-9a-f]{40}$/),
  size: 200_000,
  path: BIN,
  lfs: { oid: WEIGHTS.digest('sha256'), size: 200_000, pointerSize: 131 },
  xetHash: expect.stringMatching(/^[0-9a-f]{64}$/),
};
const CONFIG_ENTRY = {
  type: 'file',
  oid: CONFIG.digest('git-sha1'),
  size: CONFIG.sizeBytes,
  path: 'config.json',
};

describe('the description of a repository', () => {
  it('names its commit and its files', async () => {
    expect(await get('')).toMatchObject({
      id: REPO.name,
      sha: REPO.commit,
      gated: false,
      siblings: Object.keys(REPO.files).map((rfilename) => ({ rfilename })),
    });
    expect(await get('/revision/v0.10.0')).toMatchObject({
      sha: REPO.tags?.['v0.10.0'],
      siblings: [{ rfilename: 'config.json' }],
    });
  });

  it('states the licence of the model card and the facts of a GGUF file, where there are any', async () => {
    const gguf = { total: 596_000_000, architecture: 'qwen3', context_length: 40_960 };
    hub.repos.set(REPO.name, { ...REPO, license: { license: 'apache-2.0' }, gguf });
    expect(await get('')).toMatchObject({
      tags: ['license:apache-2.0'],
      cardData: { license: 'apache-2.0' },
      gguf,
    });
    hub.repos.set(REPO.name, REPO);
    expect(Object.keys((await get('')) as object)).not.toContain('cardData');
  });

  it('has digests and sizes when they are asked for', async () => {
    const { siblings } = (await get('?blobs=true')) as { siblings: unknown[] };
    expect(siblings[1]).toEqual({
      rfilename: BIN,
      blobId: WEIGHTS_ENTRY.oid,
      size: 200_000,
      lfs: { sha256: WEIGHTS.digest('sha256'), size: 200_000, pointerSize: 131 },
    });
  });

  it('lists what its commits are called', async () => {
    expect(await get('/refs')).toMatchObject({
      branches: [{ name: 'main', ref: 'refs/heads/main', targetCommit: REPO.commit }],
      tags: [{ name: 'v0.10.0' }, { name: 'refs/pr/1' }],
    });
  });
});

describe('a tree', () => {
  it('shows one level, or all of them a page at a time', async () => {
    expect(await get('/tree/main')).toEqual([
      expect.objectContaining({ type: 'directory', path: 'deep' }),
      CONFIG_ENTRY,
      expect.objectContaining({ path: 'empty.bin' }),
    ]);

    const first = await fetch(`${api}/tree/main?recursive=true`);
    const link = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await fetch(link);
    expect(second.headers.get('link')).toBeNull();
    const entries = [...((await first.json()) as []), ...((await second.json()) as [])];
    expect(entries).toHaveLength(6);
    expect(entries).toContainEqual(WEIGHTS_ENTRY);
  });

  it('of a folder holds what is in it, and is refused where there is none', async () => {
    expect(await get('/tree/main/deep/folder')).toEqual([WEIGHTS_ENTRY]);
    const missing = await fetch(`${api}/tree/main/nowhere`);
    expect(missing.headers.get('x-error-code')).toBe('EntryNotFound');
  });
});

describe('paths-info', () => {
  const ask = (body: BodyInit, type?: string) =>
    fetch(`${api}/paths-info/main`, {
      method: 'POST',
      body,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });

  it('describes the known among the paths, asked for as JSON or as a form', async () => {
    const paths = [BIN, 'config.json', 'no such file'];
    const json = await ask(JSON.stringify({ paths, expand: true }), 'application/json');
    const lastCommit = { id: REPO.commit };
    const securityFileStatus = { status: 'safe', avScan: { status: 'safe' } };
    const expanded = { lastCommit, securityFileStatus };
    expect(await json.json()).toMatchObject([
      { ...WEIGHTS_ENTRY, ...expanded },
      { ...CONFIG_ENTRY, ...expanded },
    ]);
    const form = await ask(new URLSearchParams(paths.map((path) => ['paths', path])));
    expect(await form.json()).toEqual([WEIGHTS_ENTRY, CONFIG_ENTRY]);
  });

  it('refuses what is no list of paths', async () => {
    expect((await ask('{"paths":', 'application/json')).status).toBe(400);
    expect((await ask('{}', 'application/json')).status).toBe(400);
  });
});
