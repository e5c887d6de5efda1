import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, stat, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { parseJournal } from '../../lib/download/journal/journalText';
import { canMakeCertificates, makeCertificate } from '../../tests/certificate';
import { ended, startCommand } from '../../tests/command';
import { registryRepos, speakingModels } from '../../tests/hub/fixtures';
import { listen, stop } from '../../tests/hub/listen';
import { startHub, type Hub } from '../../tests/hub/server';
import { stagingPlace } from '../../tests/stagingPlace';
import { startProxy, type TestProxy } from '../../tests/proxy';

const PATH = '/artifactory/api/huggingfaceml/hub';
const TOKEN = 'hf_canaryCANARYcanary';
const speakers = speakingModels();
const repos = [...registryRepos(), ...speakers.repos];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-networks-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Env = Record<string, string>;

function start(args: readonly string[], env: Env): ChildProcess {
  // Nothing of this machine's own settings, and no token that somebody saved here.
  const own = { PATH: process.env['PATH'] ?? '', HF_HOME: folder };
  return startCommand('downloadModels', ['--dir', folder, ...args], { env: { ...own, ...env } });
}

const run = (args: readonly string[], env: Env) => ended(start(args, env));

const CATALOG = 'catalog.json';

/** A catalog of the speaking models, with other addresses where those are given. */
async function writeCatalog(endpoint: string, address = (url: string) => url) {
  const { version, models } = speakers.catalog(endpoint);
  const changed = models.map((model) => {
    const { ggufSource } = model;
    if (ggufSource.kind !== 'remote') return model;
    return { ...model, ggufSource: { ...ggufSource, url: address(ggufSource.url) } };
  });
  await writeFile(
    join(folder, CATALOG),
    JSON.stringify({ version, models: changed }, undefined, 2),
  );
  return ['--runtime', 'llama.cpp', '--catalog', join(folder, CATALOG)];
}

/** As Windows PowerShell writes what is sent to a file, and `Get-FileHash` digests. */
async function rewriteOnWindows(): Promise<void> {
  const text = await readFile(join(folder, CATALOG), 'utf8');
  const copied = text
    .replaceAll(
      /"sha256": "(\w+)"/g,
      (_, hex: string) => `"sha256": "SHA256: ${hex.toUpperCase()}"`,
    )
    .replaceAll('\n', '\r\n');
  await writeFile(join(folder, CATALOG), Buffer.from(`\ufeff${copied}`, 'utf16le'));
}

/** Lets some of `local-large` through and kills the process in the middle; resolves with what is kept. */
async function killHalfway(hub: Hub, child: ChildProcess): Promise<number> {
  hub.faults.push({ origin: 'cdn', skip: 3, fault: { stallAfter: 0 } });
  await hub.until(({ state }) => state === 'stalled');
  while ((await landedBytes()) === 0) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  child.kill('SIGKILL');
  await once(child, 'close');
  return landedBytes();
}

async function landedBytes(): Promise<number> {
  const journal = join(stagingPlace(folder, 'local-large'), 'local-large.gguf.part.journal');
  const text = await readFile(journal, 'utf8').catch(() => '');
  const landed = parseJournal(text)?.written ?? [];
  return landed.reduce((sum, { startBytes, endBytes }) => sum + endBytes - startBytes, 0);
}

const sentBytes = ({ log }: Hub) =>
  log
    .filter(({ origin, file }) => origin === 'cdn' && file !== undefined)
    .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);

describe('an endpoint below a path', () => {
  let mirror: Hub;
  beforeAll(async () => {
    mirror = await startHub({ repos, tokens: { [TOKEN]: [] }, path: PATH });
  });
  beforeEach(() => {
    mirror.reset();
  });
  afterAll(() => mirror.close());

  it('serves the registry, and gets the token with each request below it', async () => {
    const env = { HF_ENDPOINT: `${mirror.endpoint}/`, HF_TOKEN: `${TOKEN}\r\n` };
    const result = await run(['--model', 'qwen-3-0.6b'], env);
    expect(result).toMatchObject({ code: 0, err: '' });
    const atHub = mirror.log.filter(({ origin }) => origin === 'hub');
    expect(atHub.every(({ path }) => path.startsWith(`${PATH}/`))).toBe(true);
    expect(atHub.every(({ headers }) => headers['authorization'] === `Bearer ${TOKEN}`)).toBe(true);
    const manifest = await readFile(join(folder, 'qwen-3-0.6b/model.executorch.json'), 'utf8');
    expect(manifest).toContain(mirror.endpoint);
  });

  it('goes on where another hub began', async () => {
    const hub = await startHub({ repos });
    const large = ['--model', 'local-large', '--quiet'];
    const child = start([...(await writeCatalog(hub.endpoint)), ...large], {
      HF_ENDPOINT: hub.endpoint,
    });
    const kept = await killHalfway(hub, child);
    await hub.close();
    const args = [...(await writeCatalog(mirror.endpoint)), ...large];
    const result = await run(args, { HF_ENDPOINT: mirror.endpoint });
    expect(result).toEqual({ code: 0, out: '', err: '' });
    const { size } = await stat(join(folder, 'local-large/local-large.gguf'));
    expect(sentBytes(mirror)).toBe(size - kept);
  });

  it('sends no token beside that path', async () => {
    const beside = new URL(mirror.endpoint).origin;
    const args = await writeCatalog(mirror.endpoint, (url) => url.replace(mirror.endpoint, beside));
    const env = { HF_ENDPOINT: mirror.endpoint, HF_TOKEN: TOKEN };
    expect((await run([...args, '--model', 'local-small'], env)).code).toBe(1);
    const outside = mirror.log.filter(({ path }) => !path.startsWith(PATH));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.some(({ headers }) => 'authorization' in headers)).toBe(false);
  });
});

describe('the environment', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await startHub({ repos, tokens: { [TOKEN]: [] } });
  });
  beforeEach(() => {
    hub.reset();
  });
  afterAll(() => hub.close());

  it('with a token that no header can carry is wrong usage, before any request', async () => {
    const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: `${TOKEN}\nx` };
    const { code, out, err } = await run(['--model', 'qwen-3-0.6b'], env);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('HF_TOKEN');
    expect(err).not.toContain('canary');
    expect(hub.log).toEqual([]);
  });

  it('gives the token that hf has saved to the hub alone', async () => {
    await writeFile(join(folder, 'token'), `${TOKEN}\n`);
    const env = { HF_ENDPOINT: hub.endpoint };
    expect(await run(['--model', 'qwen-3-0.6b', '--quiet'], env)).toMatchObject({
      code: 0,
      err: '',
    });
    const signedIn = hub.log.filter(({ headers }) => 'authorization' in headers);
    expect(signedIn.length).toBeGreaterThan(0);
    expect(signedIn.every(({ origin }) => origin === 'hub')).toBe(true);
  });

  it('can switch requests off, which is said, and what needs none still works', async () => {
    const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: '1' };
    const download = await run(['--model', 'qwen-3-0.6b'], env);
    expect(download.code).toBe(1);
    expect(download.err).toContain('HF_HUB_OFFLINE');
    const args = ['--catalog', `${hub.endpoint}/catalog.json`, '--list'];
    const list = await run(args, env);
    expect(list.code).toBe(0);
    expect(list.out).toContain('qwen-3-0.6b');
    expect(list.err).toContain('HF_HUB_OFFLINE');
    expect(hub.log).toEqual([]);
  });

  it('verifies and removes what is here while requests are switched off', async () => {
    const args = [...(await writeCatalog(hub.endpoint)), '--quiet'];
    const on = { HF_ENDPOINT: hub.endpoint };
    expect(await run([...args, '--model', 'local-small'], on)).toMatchObject({ code: 0 });
    hub.reset();
    const off = { ...on, HF_HUB_OFFLINE: '1' };
    for (const task of [['--verify'], ['--model', 'local-small'], ['--remove', 'local-small']]) {
      expect(await run([...args, ...task], off)).toEqual({ code: 0, out: '', err: '' });
    }
    expect((await run([...args, '--model', 'local-small'], off)).err).toContain('HF_HUB_OFFLINE');
    expect(hub.log).toEqual([]);
  });

  it('reads a catalog as Windows tools write it, with addresses as browsers show them', async () => {
    const shown = (url: string) => ` ${url.replace('/resolve/', '/blob/')}?download=true `;
    const args = await writeCatalog(hub.endpoint, shown);
    await rewriteOnWindows();
    const result = await run([...args, '--model', 'local-small', '--quiet'], {
      HF_ENDPOINT: hub.endpoint,
    });
    expect(result).toEqual({ code: 0, out: '', err: '' });
  });

  it('leaves a source on this computer out beside the public hub, with the reason', async () => {
    const args = await writeCatalog('http://localhost:8000');
    const { code, out, err } = await run([...args, '--list'], {});
    expect(code).toBe(0);
    expect(err).toContain('HF_ENDPOINT');
    expect(out).not.toContain('local-small');
  });

  it('takes a catalog by its file address, and says of a page that it is one', async () => {
    const [, , , file = ''] = await writeCatalog(hub.endpoint);
    const env = { HF_ENDPOINT: hub.endpoint };
    const list = (place: string) => run(['--catalog', place, '--list'], env);
    expect((await list(pathToFileURL(file).href)).out).toContain('local-small');
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    });
    const page = await listen(server, 0);
    expect((await list(`${page}/models`)).err).toContain('is a page');
    await stop(server);
  });
});

describe.skipIf(!canMakeCertificates)('a company’s network (skipped without openssl)', () => {
  let certificate: ReturnType<typeof makeCertificate>;
  let hub: Hub;
  let proxy: TestProxy;
  beforeAll(async () => {
    certificate = makeCertificate();
    hub = await startHub({ repos, tls: certificate.tls });
  });
  beforeEach(async () => {
    hub.reset();
    proxy = await startProxy({ signIn: 'me:p@ss' });
  });
  afterEach(() => proxy.close());
  afterAll(async () => {
    await hub.close();
    certificate.remove();
  });

  const env = (more: Env = {}): Env => ({
    HF_ENDPOINT: hub.endpoint,
    NODE_EXTRA_CA_CERTS: certificate.file,
    ...more,
  });
  const address = (signIn: string) => proxy.origin.replace('://', `://${signIn}@`);
  const large = ['--model', 'local-large', '--quiet'];

  it('is passed through tunnels that end in the middle, and little comes twice', async () => {
    const args = [...(await writeCatalog(hub.endpoint)), ...large];
    proxy.faults.push({ cutAfterBytes: 300_000 }, { cutAfterBytes: 5_000_000 });
    const through = env({ HTTPS_PROXY: address('me:p%40ss') });
    expect(await run(args, through)).toEqual({ code: 0, out: '', err: '' });
    const { size } = await stat(join(folder, 'local-large/local-large.gguf'));
    // What was in the tunnel when it ended comes again.
    expect(sentBytes(hub)).toBeLessThan(size + 4 * 1024 * 1024);
    expect(proxy.faults).toEqual([]);
  });

  it('is passed through its proxy, also after kill -9, and every byte is right', async () => {
    const args = [...(await writeCatalog(hub.endpoint)), ...large];
    const through = env({ HTTPS_PROXY: address('me:p%40ss') });
    const kept = await killHalfway(hub, start(args, through));
    hub.reset();
    expect(await run(args, through)).toEqual({ code: 0, out: '', err: '' });
    const { size } = await stat(join(folder, 'local-large/local-large.gguf'));
    expect(sentBytes(hub)).toBe(size - kept);
    expect(proxy.asked.every(({ method }) => method === 'CONNECT')).toBe(true);
    const { host } = new URL(hub.endpoint);
    expect(proxy.asked.filter(({ target }) => target === host).length).toBeGreaterThan(1);
  });

  it('takes the proxy of the option, and none where it is empty', async () => {
    const args = [...(await writeCatalog(hub.endpoint)), '--model', 'local-small', '--quiet'];
    const wrong = env({ HTTPS_PROXY: 'http://127.0.0.1:9' });
    const option = await run([...args, '--proxy', address('me:p%40ss')], wrong);
    expect(option).toEqual({ code: 0, out: '', err: '' });
    expect(proxy.asked.length).toBeGreaterThan(0);
    await rm(join(folder, 'local-small'), { recursive: true });
    expect(await run([...args, '--proxy', ''], wrong)).toEqual({ code: 0, out: '', err: '' });
  });

  it('is named, and what to do, when its proxy wants a sign-in', async () => {
    const args = [...(await writeCatalog(hub.endpoint)), ...large];
    const { code, err } = await run(args, env({ ALL_PROXY: address('me:hunter2') }));
    expect(code).toBe(1);
    expect(err).toContain(`The proxy ${new URL(proxy.origin).host} wants a sign-in (407)`);
    expect(err).not.toContain('hunter2');
    expect(hub.log).toEqual([]);
  });

  it('is told how to be trusted', async () => {
    const args = [...(await writeCatalog(hub.endpoint)), ...large];
    const { code, err } = await run(args, env({ NODE_EXTRA_CA_CERTS: '' }));
    expect(code).toBe(1);
    expect(err).toContain('NODE_EXTRA_CA_CERTS');
    expect(err).toContain('--use-system-ca');
  });
});
