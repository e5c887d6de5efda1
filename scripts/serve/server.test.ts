import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentSecurityPolicy } from './headers';
import { startServer } from './server';
import type { AppServer, ServerOptions } from './server';

const HASHED = '_expo/static/js/web/entry-0123456789abcdef0123456789abcdef.js';
const SCRIPT = 'console.log("a script that repeats itself, a script that repeats itself");';

let outside: string;
let folder: string;
let server: AppServer;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'serve-'));
  folder = join(outside, 'dist');
  await write('index.html', '<p>the app</p>');
  await write(HASHED, SCRIPT);
  await writeFile(join(folder, `${HASHED}.br`), brotliCompressSync(SCRIPT));
  await write('engine/engine.wasm', 'wasm');
  await write('engine/engine-compat.wasm', 'wasm');
  await write('workers/files.mjs', 'worker');
  await write('assets/tiny model.gguf', 'GGUF');
  await writeFile(join(outside, 'secret.txt'), 'secret');
  server = await serve({});
});

afterEach(async () => {
  await server.close();
  await rm(outside, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

function serve(options: Partial<ServerOptions>): Promise<AppServer> {
  return startServer({ folder, port: 0, ...options });
}

async function restart(options: Partial<ServerOptions>): Promise<void> {
  await server.close();
  server = await serve(options);
}

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

// Not fetch: it would resolve `..`, choose encodings and expand them by itself.
async function ask(
  path: string,
  headers: OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<Answer> {
  const { port } = new URL(server.url);
  const sent = request({ host: '127.0.0.1', port, path, method, headers }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) };
}

test('answers the page at the root and at every route', async () => {
  for (const path of ['/', '/settings/models', '/settings/?a=1', '/models/qwen-3-0.6b']) {
    const { status, headers, body } = await ask(path);
    expect({ path, status, text: body.toString() }).toEqual({
      path,
      status: 200,
      text: '<p>the app</p>',
    });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  }
});

test('says 404 for a missing file instead of answering the page', async () => {
  for (const path of ['/missing.js', '/engine/missing.wasm', '/workers/files.MJS']) {
    expect((await ask(path)).status).toBe(404);
  }
});

test.each([
  [`/${HASHED}`, 'text/javascript; charset=utf-8'],
  ['/workers/files.mjs', 'text/javascript; charset=utf-8'],
  ['/engine/engine.wasm', 'application/wasm'],
  ['/assets/tiny%20model.gguf', 'application/octet-stream'],
])('gives %s its type', async (path, type) => {
  const { status, headers } = await ask(path);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe(type);
});

test('lets browsers keep what is named by its digest and ask again for the rest', async () => {
  const keeps = async (path: string) => (await ask(path)).headers['cache-control'];
  expect(await keeps(`/${HASHED}`)).toBe('public, max-age=31536000, immutable');
  for (const path of ['/', '/workers/files.mjs', '/engine/engine-compat.wasm', '/config.json']) {
    expect(await keeps(path)).toBe('no-cache');
  }
});

test('answers 304 to a browser that has the same bytes', async () => {
  const { headers } = await ask('/engine/engine.wasm');
  const again = await ask('/engine/engine.wasm', { 'if-none-match': headers.etag });
  expect(again.status).toBe(304);
  expect(again.body).toHaveLength(0);
});

test('sends the compressed twin to whoever accepts it and the plain bytes to the others', async () => {
  const small = await ask(`/${HASHED}`, { 'accept-encoding': 'gzip, deflate, br' });
  expect(small.headers['content-encoding']).toBe('br');
  expect(small.headers.vary).toBe('Accept-Encoding');
  expect(brotliDecompressSync(small.body).toString()).toBe(SCRIPT);

  for (const accepted of ['gzip', 'identity', 'gzip, br;q=0', 'brotli-ish']) {
    const plain = await ask(`/${HASHED}`, { 'accept-encoding': accepted });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.etag).not.toBe(small.headers.etag);
    expect(plain.body.toString()).toBe(SCRIPT);
  }
});

test.each(['localhost', 'localhost:9000', '127.0.0.1', '127.0.0.2:80', '[::1]:8081'])(
  'answers to %s, which is this computer',
  async (host) => {
    expect((await ask('/', { host })).status).toBe(200);
  },
);

test.each([
  'example.com',
  'localhost.example.com:8081',
  '127.0.0.1.nip.io',
  'app.localhost',
  '192.168.0.2:8081',
  '0.0.0.0:8081',
  'localhost@example.com',
])('refuses to be %s, a name that a page elsewhere may have made lead here', async (host) => {
  for (const path of ['/', '/config.json', '/catalog.json', `/${HASHED}`]) {
    const { status, body } = await ask(path, { host });
    expect({ status, body: body.toString() }).toEqual({
      status: 421,
      body: expect.stringContaining('open it as localhost'),
    });
  }
});

test('answers HEAD with the headers alone and refuses to be written to', async () => {
  const head = await ask('/engine/engine.wasm', {}, 'HEAD');
  expect(head.headers['content-length']).toBe('4');
  expect(head.body).toHaveLength(0);
  const post = await ask('/', {}, 'POST');
  expect(post.status).toBe(405);
  expect(post.headers.allow).toBe('GET, HEAD');
});

test('never answers with a file outside the app', async () => {
  await symlink(join(outside, 'secret.txt'), join(folder, 'link.txt'));
  await write('.stamp', 'secret');
  await restart({});
  const paths = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/link.txt',
    '/.stamp',
    '/%00',
  ];
  for (const path of paths) expect((await ask(path)).body.toString()).not.toContain('secret');
  expect((await ask('/%zz')).status).toBe(400);
});

test('isolates the page, forbids foreign code and says so on every answer', async () => {
  for (const path of ['/', '/workers/files.mjs', '/missing.js', '/config.json']) {
    const { headers } = await ask(path);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const policy = headers['content-security-policy'];
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("connect-src 'self' https:;");
    expect(policy).not.toContain('localhost');
  }
});

test('opens the loopback only for a hub that lies there', async () => {
  const allowed = async (hubEndpoint: string) => {
    await restart({ hubEndpoint });
    const policy = String((await ask('/')).headers['content-security-policy']);
    return policy.includes("connect-src 'self' https: http://127.0.0.1:* http://localhost:*;");
  };
  expect(await allowed('http://127.0.0.1:9000')).toBe(true);
  expect(await allowed('http://localhost:9000')).toBe(true);
  expect(contentSecurityPolicy('http://127.0.0.2:9000')).toContain(' http://127.0.0.2:*;');
  expect(await allowed('http://127.0.0.1.example.com')).toBe(false);
  expect(await allowed('https://hub.example.com')).toBe(false);
});

test('tells the app which hub to ask, and nothing when nobody chose one', async () => {
  await write('config.json', '{"hfEndpoint":"https://left-over.example"}');
  await restart({});
  expect((await ask('/config.json')).body.toString()).toBe('{}');
  await restart({ hubEndpoint: 'https://hub.example.com' });
  const { body, headers } = await ask('/config.json');
  expect(JSON.parse(body.toString())).toEqual({ hfEndpoint: 'https://hub.example.com' });
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
});

test('answers the catalog as it is now, and without content where nobody gave one', async () => {
  expect((await ask('/catalog.json')).status).toBe(204);
  const catalogFile = join(outside, 'models.json');
  await writeFile(catalogFile, '{"version":1}');
  await restart({ catalogFile });
  expect((await ask('/catalog.json')).body.toString()).toBe('{"version":1}');
  await writeFile(catalogFile, '{"version":1,"models":[]}');
  expect((await ask('/catalog.json')).body.toString()).toBe('{"version":1,"models":[]}');
  await rm(catalogFile);
  expect((await ask('/catalog.json')).status).toBe(404);
});

test('goes on serving the app that it started with when a build replaces it', async () => {
  await rm(folder, { recursive: true });
  const { status, body } = await ask(`/${HASHED}`);
  expect(status).toBe(200);
  expect(body.toString()).toBe(SCRIPT);
});

test('rejects when the port is taken and gives back what it had', async () => {
  const { port } = new URL(server.url);
  await expect(serve({ port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });

  const other = createServer().listen(0, '::1');
  await once(other, 'listening');
  const taken = (other.address() as AddressInfo).port;
  await expect(serve({ port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
  await once(other, 'close');
  await (await serve({ port: taken })).close();
});

test('closes at once though somebody is in the middle of a request', async () => {
  const slow = connect(Number(new URL(server.url).port), '127.0.0.1');
  const ended = once(slow, 'close');
  slow.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost:');
  // The first request is answered, so the second has begun.
  await once(slow, 'data');
  await server.close();
  await ended;
});
