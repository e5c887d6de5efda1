/** `modelshelf publish` into a folder, and devices that install from it over HTTP. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MODEL, publishScene, SIGNED } from '../../tests/publishScene';
import { startStaticHost, type StaticHost } from '../../tests/staticHost';
import { parseIndex } from '../../lib/download/delta/fileIndex';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { buildsOf } from '../../lib/ai/runtimes/notation';

const scene = publishScene();
const { good, run, install } = scene;
let host: StaticHost;
let url: string;

beforeEach(async () => {
  host = await startStaticHost(scene.at('www'));
  url = `${host.url}/`;
});
afterEach(() => {
  host.close();
});

const publish = (...args: string[]) => run(['publish', 'www', '--url', url, ...args]);
const names = async () =>
  (await readdir(scene.at('www'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(scene.at('www').length + 1));
const catalogText = () => readFile(scene.at('www/catalog.json'), 'utf8');

describe('a published folder', () => {
  it('has each file under its digest, with the index that the catalog states', async () => {
    expect(await publish(...SIGNED)).toMatchObject({ code: 0, err: '' });
    const { models, problems } = parseCatalog(await catalogText(), scene.hub.endpoint);
    expect(problems).toEqual([]);
    const files = models.flatMap((model) => buildsOf(model).flatMap((build) => build.files));
    expect(files.map(({ fileName }) => fileName)).toHaveLength(5);
    for (const { source, role } of files) {
      if (source.kind !== 'remote') throw new Error('not remote');
      const bytes = await readFile(scene.at(`www${new URL(source.url).pathname}`));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(source.sha256);
      expect(bytes.length).toBe(source.sizeBytes);
      expect(source.index === undefined).toBe(role !== 'weights');
      if (source.index === undefined) continue;
      const index = await readFile(scene.at(`www${new URL(source.index.url).pathname}`), 'utf8');
      expect(createHash('sha256').update(index).digest('hex')).toBe(source.index.sha256);
      expect(parseIndex(index, bytes.length)?.sizeBytes).toBe(bytes.length);
    }
    expect(await readFile(scene.at('www/_headers'), 'utf8')).toContain('immutable');
  });

  it('is where a device installs from, without the hub, byte for byte', async () => {
    await publish(...SIGNED);
    scene.hub.reset();
    const { code, err } = await install('phone', `${host.url}/catalog.json`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const mine = await readFile(scene.at(`assets/models/${MODEL}/Qwen3-0.6B-Q8_0.gguf`));
    expect(mine.equals(await scene.installed('phone'))).toBe(true);
    expect(scene.hub.log).toEqual([]);
  });

  it('is written again only where something is new', async () => {
    await publish(...SIGNED);
    const before = new Map<string, number>();
    for (const name of await names())
      before.set(name, (await stat(scene.at(`www/${name}`))).mtimeMs);
    const { code, out } = await publish(...SIGNED);
    expect(code).toBe(0);
    expect(out).not.toMatch(/(, |: )written/);
    for (const name of await names()) {
      expect((await stat(scene.at(`www/${name}`))).mtimeMs, name).toBe(before.get(name));
    }
  });

  it('goes on after it was interrupted, and shows no catalog before its files', async () => {
    await publish(...SIGNED);
    const [lost] = (await names()).filter((name) => name.endsWith('.gguf'));
    await rm(scene.at(`www/${lost ?? ''}`));
    await rm(scene.at('www/catalog.json'));
    const { code, out } = await publish(...SIGNED);
    expect(code).toBe(0);
    const events = out.trim().split('\n');
    expect(events.filter((line) => line.endsWith(', written'))).toHaveLength(1);
    expect(events.at(-1)).toContain('catalog.json: written, version 2');
    expect((await install('phone', `${host.url}/catalog.json`)).code).toBe(0);
  });

  it('writes nothing as a rehearsal', async () => {
    const { code, out } = await publish('--dry-run', '--json');
    expect(code).toBe(0);
    expect(out).toContain('"outcome":"would be written"');
    expect(await readdir(scene.at('.'))).not.toContain('www');
  });

  it('refuses a file that isn’t the one in the lock, and an unsigned catalog over a signed one', async () => {
    await publish(...SIGNED);
    const unsigned = await publish();
    expect(unsigned.code).toBe(1);
    expect(unsigned.err).toContain('--key');
    const path = scene.at(`assets/models/${MODEL}/Qwen3-0.6B-Q8_0.gguf`);
    const bytes = await readFile(path);
    bytes[99] = ~(bytes[99] ?? 0);
    await writeFile(path, bytes);
    const { code, err } = await publish(...SIGNED);
    expect(code).toBe(1);
    expect(err).toContain('isn’t the file that the list states');
  });
});

describe('whoever can write to the place', () => {
  it('can’t exchange weights: their digest is in the catalog', async () => {
    await publish(...SIGNED);
    const [weights = ''] = (await names()).filter((name) => name.endsWith('.gguf'));
    const bytes = await readFile(scene.at(`www/${weights}`));
    bytes[999] = ~(bytes[999] ?? 0);
    await writeFile(scene.at(`www/${weights}`), bytes);
    const { code, err } = await install('phone', `${host.url}/catalog.json`);
    expect(code).toBe(1);
    expect(err).toContain('HASH_MISMATCH');
    await expect(scene.installed('phone')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('can’t exchange weights and catalog: the catalog is signed', async () => {
    await publish(...SIGNED);
    const [weights = ''] = (await names()).filter((name) => name.endsWith('.gguf'));
    const evil = Buffer.from('GGUF and evil');
    await writeFile(scene.at(`www/${weights}`), evil);
    const digest = createHash('sha256').update(evil).digest('hex');
    const text = (await catalogText()).replaceAll(weights.split('/')[1] ?? '', digest);
    await writeFile(scene.at('www/catalog.json'), text);
    const { code, err } = await install('phone', `${host.url}/catalog.json`);
    expect(err).toContain('It isn’t the text that was signed.');
    expect(code).toBe(2);
    await expect(scene.installed('phone')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('can’t bring a withdrawn version back by an older catalog', async () => {
    await publish(...SIGNED);
    const [catalog, signature] = [
      await catalogText(),
      await readFile(scene.at('www/catalog.signature.json'), 'utf8'),
    ];
    const lock = JSON.parse(await scene.readText('models.lock.json')) as {
      models: Record<string, unknown>[];
    };
    for (const model of lock.models) model['withdrawn'] = { reason: 'Its template was damaged.' };
    await writeFile(scene.at('models.lock.json'), JSON.stringify(lock, undefined, 2));
    await publish(...SIGNED);
    const first = await install('phone', `${host.url}/catalog.json`);
    expect(first.code).toBe(1);
    expect(first.err).toContain('Its template was damaged.');
    await writeFile(scene.at('www/catalog.json'), catalog);
    await writeFile(scene.at('www/catalog.signature.json'), signature);
    const second = await install('phone', `${host.url}/catalog.json`);
    expect(second.code).toBe(1);
    expect(second.err).toContain('It is older than the catalog that was accepted before.');
    expect(second.err).toContain('MODEL_WITHDRAWN');
    expect((await install('phone', `${host.url}/catalog.json`, '--use-withdrawn')).code).toBe(0);
  });
});

describe('modelshelf publish', () => {
  it.each([
    [[]],
    [['www']],
    [['www', '--url', 'http://example.com/models']],
    [['www', '--url', 'https://example.com/models?x=1']],
    [['ftp://host/www', '--url', 'https://example.com']],
    [['www', 'more', '--url', 'https://example.com']],
    [['s3://models/here', '--url', 'https://example.com']],
  ])('refuses %j as wrong usage', async (args) => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    expect(await run(['publish', ...args], env)).toMatchObject({ code: 2, out: '' });
  });

  it('explains itself', async () => {
    expect(await good('publish', '--help')).toContain('s3://BUCKET/PREFIX');
  });
});
