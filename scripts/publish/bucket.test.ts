/** `modelshelf publish s3://…` against an S3 server that nobody here wrote, and a device that installs from it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { MODEL, publishScene, SIGNED } from '../../tests/publishScene';
import {
  findS3Server,
  SECRET,
  startS3Server,
  startStrictS3Server,
  type S3Server,
} from '../../tests/s3Server';
import { createBucket, type Bucket } from './bucket';
import { createBucketTarget } from './bucketTarget';
import { FILE_HEADERS } from './publishTarget';

const { program = '', missing } = await findS3Server();
const BUCKET = 'models';
const PART_BYTES = 5 * 1024 * 1024;

describe.skipIf(missing !== undefined)(`a bucket${missing ? ` (${missing})` : ''}`, () => {
  const scene = publishScene();
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server(program, BUCKET);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => server.close());

  const place = () => `${server.endpoint}/${BUCKET}/apps/one`;
  const publish = (env: Record<string, string> = {}) =>
    scene.run(['publish', `s3://${BUCKET}/apps/one/`, '--url', place(), ...SIGNED], {
      ...server.env,
      ...env,
    });
  const target = () => createBucketTarget(createBucket(BUCKET, server.env), 'large', PART_BYTES);

  it('has the right headers, and is where a device installs from', async () => {
    const { code, err } = await publish();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const catalog = await fetch(`${place()}/catalog.json`);
    expect(catalog.headers.get('cache-control')).toBe('public, max-age=60, must-revalidate');
    expect(catalog.headers.get('content-type')).toBe('application/json');
    const [, weights = ''] = /"(http[^"]+\.gguf)"/.exec(await catalog.text()) ?? [];
    const { headers } = await fetch(weights);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    scene.hub.reset();
    expect((await scene.install('phone', `${place()}/catalog.json`)).err).toBe('');
    const mine = await readFile(scene.at(`assets/models/${MODEL}/Qwen3-0.6B-Q8_0.gguf`));
    expect(mine.equals(await scene.installed('phone'))).toBe(true);
    expect(scene.hub.log).toEqual([]);
  });

  it('is asked for no byte again when nothing is new', async () => {
    await publish();
    const { code, out } = await publish();
    expect(code).toBe(0);
    expect(out).not.toMatch(/(, |: )written/);
  });

  it('takes a large file in parts, and goes on with those that are there', async () => {
    const path = scene.at('large.bin');
    const bytes = randomBytes(3 * PART_BYTES + 1000);
    await writeFile(path, bytes);
    const file = { path, sizeBytes: bytes.length };
    const real = globalThis.fetch;
    let parts = 0;
    const cut = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      if (input instanceof Request && input.url.includes('partNumber')) parts += 1;
      return parts === 3 ? Promise.reject(new Error('cut')) : real(input, init);
    });
    const options = { headers: FILE_HEADERS, onProgress: () => undefined };
    await expect(target().putFile('a b.gguf', file, options)).rejects.toThrow('can’t be reached');
    cut.mockRestore();
    expect(await target().sizeOf('a b.gguf')).toBeUndefined();
    const sent: string[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      if (input instanceof Request && input.method === 'PUT') sent.push(input.url);
      return real(input, init);
    });
    await target().putFile('a b.gguf', file, options);
    expect(sent.map((url) => new URL(url).searchParams.get('partNumber'))).toEqual(['3', '4']);
    const there = await real(`${server.endpoint}/${BUCKET}/large/a%20b.gguf`);
    expect(Buffer.from(await there.arrayBuffer()).equals(bytes)).toBe(true);
    expect(there.headers.get('cache-control')).toBe(FILE_HEADERS.cacheControl);
  });

  it('sends a part again that isn’t the file’s, as after the file was changed', async () => {
    const path = scene.at('changed.bin');
    const bytes = randomBytes(PART_BYTES + 1000);
    await writeFile(path, bytes);
    const file = { path, sizeBytes: bytes.length };
    const bucket = createBucket(BUCKET, server.env);
    const begun = { method: 'POST', key: 'large/changed', query: { uploads: '' } } as const;
    const text = await (await bucket.ask(begun, [200])).text();
    const [, uploadId = ''] = /<UploadId>(.*?)<\/UploadId>/.exec(text) ?? [];
    const other = { partNumber: '1', uploadId };
    const body = randomBytes(PART_BYTES);
    await bucket.ask({ method: 'PUT', key: 'large/changed', query: other, body }, [200]);
    await target().putFile('changed', file, { headers: FILE_HEADERS, onProgress: () => undefined });
    const there = await fetch(`${server.endpoint}/${BUCKET}/large/changed`);
    expect(Buffer.from(await there.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('says what the store answers, and never a key', async () => {
    const { code, out, err } = await scene.run(
      ['publish', 's3://missing-bucket', '--url', 'https://models.example', ...SIGNED],
      server.env,
    );
    expect(code).toBe(1);
    expect(err).toContain('404');
    expect(out + err).not.toContain(SECRET);
  });
});

describe.skipIf(missing !== undefined)(`a signature${missing ? ` (${missing})` : ''}`, () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startStrictS3Server(program, BUCKET);
  });
  afterAll(() => server.close());

  const put = async (name: string, env: Record<string, string>) => {
    const target = createBucketTarget(createBucket(BUCKET, { ...server.env, ...env }), 'one');
    await target.putText(name, 'text', FILE_HEADERS);
    return target.readText(name);
  };

  it.each([
    'plain.json',
    'Model (1)+x.gguf',
    "a'b!*~.gguf",
    'naïve ü.gguf',
    'a@b:c=d&e,f;g$h.gguf',
  ])('of a request for %s is the one that Amazon’s code computes', async (name) => {
    expect(await put(name, {})).toBe('text');
    const wrong = { AWS_SECRET_ACCESS_KEY: SECRET };
    await expect(put(name, wrong)).rejects.toThrow('SignatureDoesNotMatch');
  });
});

describe('the end of an upload in parts', () => {
  it.each<[string, string, boolean]>([
    ['whole', '<CompleteMultipartUploadResult><Key>k</Key></CompleteMultipartUploadResult>', true],
    ['an error after 200', '<Error><Code>InternalError</Code></Error>', false],
    ['cut off', '<CompleteMultipartUploadResult><Key>', false],
    ['empty', '', false],
    ['a page', '<html><body>502 Bad Gateway</body></html>', false],
  ])('%s', async (_, last, isGood) => {
    const bytes = new Uint8Array(3);
    const folder = await mkdtemp(join(tmpdir(), 'modelshelf-parts-'));
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    // A store that can't list uploads, as some can't.
    const bucket: Bucket = {
      ask({ method, query = {} }) {
        const isList = method === 'GET' && 'uploads' in query;
        const isEnd = method === 'POST' && 'uploadId' in query;
        const begun = '<UploadId>u</UploadId>';
        return Promise.resolve(
          new Response(isEnd ? last : begun, {
            status: isList ? 501 : 200,
            headers: { etag: '"e"' },
          }),
        );
      },
    };
    const options = { headers: FILE_HEADERS, onProgress: () => undefined };
    const file = { path, sizeBytes: bytes.length };
    const outcome = createBucketTarget(bucket, '', 2).putFile('k', file, options);
    if (isGood) await expect(outcome).resolves.toBeUndefined();
    else await expect(outcome).rejects.toThrow('didn’t put k together');
    await rm(folder, { recursive: true });
  });
});
