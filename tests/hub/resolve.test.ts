import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, bytesOf, CONFIG, REPO, startSampleHub, WEIGHTS, weightsBytes } from './sample';
import type { Hub } from './server';

const BIN = 'deep/folder/weights.bin';

let hub: Hub;
let nowMs = Date.now();

beforeAll(async () => {
  hub = await startSampleHub({ nowMs: () => nowMs, signatureTtlSeconds: 60 });
});
afterAll(() => hub.close());

const hop = (address: string, init: RequestInit = {}) =>
  fetch(address, { redirect: 'manual', ...init });

async function signedAddress(): Promise<string> {
  const response = await hop(addressOf(hub, BIN));
  return response.headers.get('location') ?? '';
}

describe('a small file', () => {
  it('is one relative redirect away', async () => {
    const response = await hop(addressOf(hub, 'config.json'));
    expect(response.status).toBe(307);
    const gitSha1 = CONFIG.digest('git-sha1');
    expect(response.headers.get('location')).toBe(
      `/api/resolve-cache/models/${REPO.name}/${REPO.commit}/config.json` +
        `?%2Fowner%2Fsample%2Fresolve%2Fmain%2Fconfig.json=&etag=%22${gitSha1}%22`,
    );
    expect(response.headers.get('x-repo-commit')).toBe(REPO.commit);
    expect(response.headers.get('x-linked-etag')).toBe(`"${gitSha1}"`);
    expect(response.headers.get('x-linked-size')).toBeNull();
  });

  it('arrives with the git digest of its bytes as its ETag', async () => {
    const response = await fetch(addressOf(hub, 'config.json'));
    const bytes = await bytesOf(response);
    const blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    expect(response.headers.get('etag')).toBe(`"${blob}"`);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(bytes.toString()).toBe('{"model_type":"sample"}\n');
  });

  it('is not sent again to a client that has it', async () => {
    const etag = `"${CONFIG.digest('git-sha1')}"`;
    const headers = { 'if-none-match': etag };
    const response = await fetch(addressOf(hub, 'config.json'), { headers });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
  });

  it('answers a probe of one byte with its size', async () => {
    const headers = { range: 'bytes=0-0', accept: 'application/vnd.xet-fileinfo+json, */*' };
    const response = await fetch(addressOf(hub, 'config.json'), { headers });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes 0-0/${CONFIG.sizeBytes}`);
  });

  it('may have a name that is no plain text', async () => {
    const response = await fetch(addressOf(hub, 'deep/na%C3%AFve%20name.txt'));
    expect(await response.text()).toBe('text');
    const disposition = response.headers.get('content-disposition');
    expect(disposition).toContain("filename*=UTF-8''na%C3%AFve%20name.txt");
  });
});

describe('a large file', () => {
  it('is one signed redirect to another origin away', async () => {
    const response = await hop(addressOf(hub, BIN));
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin).toBe(hub.cdnOrigin);
    expect([...location.searchParams.keys()]).toEqual(
      expect.arrayContaining(['Expires', 'Policy', 'Signature', 'Key-Pair-Id']),
    );
    expect(response.headers.get('x-linked-size')).toBe('200000');
    expect(response.headers.get('x-linked-etag')).toBe(`"${WEIGHTS.digest('sha256')}"`);
    expect(response.headers.get('x-xet-hash')).toMatch(/^[0-9a-f]{64}$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it('states the same in answer to HEAD, and sends nothing', async () => {
    const response = await hop(addressOf(hub, BIN), { method: 'HEAD' });
    expect(response.status).toBe(302);
    expect(response.headers.get('x-linked-size')).toBe('200000');
    expect(await response.text()).toBe('');
  });

  it('arrives whole, with an ETag that is not its digest', async () => {
    const response = await fetch(addressOf(hub, BIN));
    expect(Buffer.compare(await bytesOf(response), weightsBytes())).toBe(0);
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{64}"$/);
    expect(response.headers.get('etag')).not.toBe(`"${WEIGHTS.digest('sha256')}"`);
  });

  it('describes itself without a redirect to a client that asks for that', async () => {
    const headers = { range: 'bytes=0-0', accept: 'application/vnd.xet-fileinfo+json, */*' };
    const response = await hop(addressOf(hub, BIN), { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/vnd.xet-fileinfo+json');
    expect(response.headers.get('x-linked-size')).toBe('200000');
    expect(response.headers.get('link')).toContain('rel="xet-auth"');
  });

  it('is refused once the address has expired, and had again from a fresh one', async () => {
    const address = await signedAddress();
    expect((await fetch(address)).status).toBe(200);
    nowMs += 61_000;
    expect((await fetch(address)).status).toBe(403);
    expect((await fetch(addressOf(hub, BIN))).status).toBe(200);
  });

  it('is refused when every address was called in, and when one was changed', async () => {
    const address = await signedAddress();
    hub.expireSignatures();
    expect((await fetch(address)).status).toBe(403);
    const changed = new URL(await signedAddress());
    changed.searchParams.set('Expires', '99999999999');
    expect((await fetch(changed)).status).toBe(403);
  });

  it('is a pointer in git', async () => {
    const response = await fetch(`${hub.endpoint}/${REPO.name}/raw/main/${BIN}`);
    expect(await response.text()).toBe(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${WEIGHTS.digest('sha256')}\nsize 200000\n`,
    );
  });

  it('may be empty', async () => {
    const response = await fetch(addressOf(hub, 'empty.bin'));
    expect(response.status).toBe(200);
    expect((await bytesOf(response)).length).toBe(0);
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-99', 'bytes 0-99/200000', 0, 100],
    ['bytes=150000-', 'bytes 150000-199999/200000', 150_000, 200_000],
    ['bytes=-10', 'bytes 199990-199999/200000', 199_990, 200_000],
    ['bytes=199999-500000', 'bytes 199999-199999/200000', 199_999, 200_000],
  ])('%s brings exactly its bytes', async (range, stated, first, end) => {
    const response = await fetch(addressOf(hub, BIN), { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(stated);
    expect(response.headers.get('content-length')).toBe(String(end - first));
    const expected = weightsBytes().subarray(first, end);
    expect(Buffer.compare(await bytesOf(response), expected)).toBe(0);
  });

  it('that begins at the end is refused with the size', async () => {
    const response = await fetch(addressOf(hub, BIN), { headers: { range: 'bytes=200000-' } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */200000');
  });

  it('that makes no sense is ignored', async () => {
    for (const range of ['bytes=5-2', 'lines=1-2', 'bytes=0-1,4-5']) {
      const response = await fetch(addressOf(hub, BIN), { headers: { range } });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
  });

  it('of another version than If-Range names is answered with the whole', async () => {
    const range = 'bytes=5-';
    const whole = await fetch(addressOf(hub, BIN), { headers: { range, 'if-range': '"other"' } });
    expect(whole.status).toBe(200);
    const etag = whole.headers.get('etag') ?? '';
    await whole.arrayBuffer();
    const part = await fetch(addressOf(hub, BIN), { headers: { range, 'if-range': etag } });
    expect(part.status).toBe(206);
    await part.arrayBuffer();
  });
});

describe('a revision', () => {
  it.each(['main', REPO.commit, REPO.commit.slice(0, 7), 'refs%2Fpr%2F1'])(
    'may be named %s',
    async (revision) => {
      const response = await hop(addressOf(hub, 'config.json', revision));
      expect(response.headers.get('x-repo-commit')).toBe(REPO.commit);
    },
  );

  it('keeps its files when the repository moves on', async () => {
    expect(await (await fetch(addressOf(hub, 'config.json', 'v0.10.0'))).text()).toBe('{}');
  });
});

it('forwards a legacy name to the canonical one, relatively', async () => {
  const page = await hop(`${hub.endpoint}/api/models/sample-old`);
  expect([page.status, page.headers.get('location')]).toEqual([307, '/api/models/owner/sample']);
  const file = await fetch(`${hub.endpoint}/sample-old/resolve/main/config.json`);
  expect(await file.text()).toContain('model_type');
});
