/** Updates over HTTP from the local hub, on Node's disk: by an index, by the hub's chunks, and from a mirror without them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeFileIndex, type WrittenIndex } from '../../../scripts/shelf/writeFileIndex';
import { bringUpdate, installedFile, madeVersion, NEW_PART } from '../../../tests/deltaFixture';
import { bytesContent } from '../../../tests/hub/content';
import { commitFor, type HubRepo } from '../../../tests/hub/repos';
import { startHub, type Hub, type HubOptions } from '../../../tests/hub/server';
import { MODEL, sha256 } from '../../../tests/modelFixture';
import type { LlmModelConfig, ModelSource } from '../../ai/modelConfig';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import type { Platform } from '../../platform/types';

const SHAPE = { tensors: 14, floats: 160_000 };
const OLD = madeVersion(SHAPE);
const CHANGED = { 1: 'again', 11: 'again' };
const NEW = madeVersion({ ...SHAPE, template: 'better '.repeat(90), changed: CHANGED });
const [OLD_COMMIT, NEW_COMMIT] = [commitFor('old'), commitFor('new')];
const lfs = (bytes: Uint8Array) => ({ lfs: true, content: bytesContent(bytes) });

let indexBytes: Uint8Array;
let written: WrittenIndex;
let folder: string;
let hub: Hub;
let platform: Platform;
beforeAll(async () => {
  const place = await mkdtemp(join(tmpdir(), 'modelshelf-index-'));
  await writeFile(join(place, 'new.gguf'), NEW);
  written = await writeFileIndex(join(place, 'new.gguf'), join(place, 'index.json'));
  indexBytes = await readFile(join(place, 'index.json'));
  await rm(place, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-delta-'));
  await mkdir(join(folder, 'tiny'));
  await writeFile(join(folder, 'tiny/tiny.gguf'), OLD);
});
afterEach(async () => {
  await platform.close();
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<HubOptions> = {}): Promise<void> {
  const repo: HubRepo = {
    name: 'me/tiny',
    commit: NEW_COMMIT,
    files: { 'tiny.gguf': lfs(NEW), 'index.json': { ...lfs(indexBytes), lfs: false } },
    olderCommits: { [OLD_COMMIT]: { 'tiny.gguf': lfs(OLD) } },
  };
  hub = await startHub({ repos: [repo], xet: { mostXorbBytes: 3_000_000 }, ...options });
  platform = createNodePlatform({ modelsFolder: folder, hubEndpoint: hub.endpoint });
}

const urlOf = (commit: string, path: string) => `${hub.endpoint}/me/tiny/resolve/${commit}/${path}`;

function configWith(source: Partial<ModelSource & { kind: 'remote' }>): LlmModelConfig {
  const url = urlOf(NEW_COMMIT, 'tiny.gguf');
  return { ...MODEL, ggufSource: { kind: 'remote', url, ...source } };
}

const stated = () => ({ sizeBytes: NEW.byteLength, sha256: sha256(NEW) });
const had = () => ({ ...installedFile(OLD), url: urlOf(OLD_COMMIT, 'tiny.gguf') });

/** Of the model's file. */
const fetchedBytes = () =>
  hub.log
    .filter(({ file, origin }) => file === 'me/tiny/tiny.gguf' && origin === 'cdn')
    .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
const asked = (pattern: RegExp) => hub.log.filter(({ path }) => pattern.test(path)).length;

async function expectRight(): Promise<void> {
  expect(sha256(await readFile(join(folder, NEW_PART)))).toBe(sha256(NEW));
  expect(sha256(await readFile(join(folder, 'tiny/tiny.gguf')))).toBe(sha256(OLD));
}

const CHANGED_BYTES = Object.keys(CHANGED).length * SHAPE.floats * 4;

describe('an update over HTTP', () => {
  it('fetches the changed tensors and the template by an index, and the rest is here', async () => {
    await start();
    const index = { ...written.index, url: urlOf(NEW_COMMIT, 'index.json') };
    const config = configWith({ ...stated(), index });
    const { reusedBytes } = await bringUpdate(platform, { config, installed: [had()] });
    await expectRight();
    expect(reusedBytes + fetchedBytes()).toBe(NEW.byteLength);
    expect(fetchedBytes()).toBeLessThan(CHANGED_BYTES + 4_096);
    expect(asked(/reconstructions/)).toBe(0);
  });

  it.each([
    ['by the second version of the protocol', { mostXorbBytes: 3_000_000 }],
    ['by the first version', { mostXorbBytes: 3_000_000, onlyFirstVersion: true }],
    ['when all changes are in one xorb', {}],
    ['when they are in one, by the first version', { onlyFirstVersion: true }],
  ])('fetches about the same by the chunks that the hub lists, %s', async (_, xet) => {
    await start({ xet });
    const options = { config: configWith(stated()), installed: [had()] };
    const { reusedBytes } = await bringUpdate(platform, options);
    await expectRight();
    expect(reusedBytes + fetchedBytes()).toBe(NEW.byteLength);
    // Three changed places; around each, some chunks of at most 128 KiB differ. What is between them is far more.
    expect(fetchedBytes()).toBeLessThan(CHANGED_BYTES + 9 * 131_072);
    expect(asked(/\/xorbs\//)).toBe(0);
  });

  it('keeps the hub’s names of both files, so that the next update needn’t ask for them', async () => {
    await start();
    const { files } = await bringUpdate(platform, {
      ...{ config: configWith({}), installed: [had()], asksHub: true },
    });
    await expectRight();
    expect(files[0]?.xetHash).toMatch(/^[0-9a-f]{64}$/);
    const before = asked(/paths-info/);
    await platform.files.remove('.staging');
    const installed = [{ ...had(), xetHash: files[0]?.xetHash ?? '', sizeBytes: 1 }];
    await bringUpdate(platform, { config: configWith({}), installed, asksHub: true });
    // The plan's own question alone.
    expect(asked(/paths-info/)).toBe(before + 1);
  });

  it('brings the whole file from a mirror, which has no chunks', async () => {
    await start({ xet: false });
    const options = { config: configWith(stated()), installed: [had()] };
    expect((await bringUpdate(platform, options)).reusedBytes).toBe(0);
    await expectRight();
    expect(fetchedBytes()).toBe(NEW.byteLength);
  });

  it.each([
    ['lists nothing', '{"offset_into_first_range":0,"terms":[]}'],
    [
      'lists terms that are only a part of the file, as an early 416 once made a client believe',
      `{"offset_into_first_range":0,"terms":[{"hash":"${'a'.repeat(64)}","range":{"start":0,"end":9},"unpacked_length":1000000}]}`,
    ],
    ['answers with something else', '<html></html>'],
    [
      'states sizes without an end',
      `{"offset_into_first_range":0,"terms":[{"hash":"${'a'.repeat(64)}","range":{"start":0,"end":9e99},"unpacked_length":1e300}]}`,
    ],
  ])('brings the whole file when the service %s', async (_, body) => {
    await start();
    hub.faults.push({ match: /reconstructions/, fault: { body } });
    const options = { config: configWith(stated()), installed: [had()] };
    expect((await bringUpdate(platform, options)).reusedBytes).toBe(0);
    await expectRight();
  });

  it('sends the service’s token to the service, and the hub’s token never there', async () => {
    await start({ tokens: { mine: [] } });
    await platform.close();
    platform = createNodePlatform({
      ...{ modelsFolder: folder, hubEndpoint: hub.endpoint, token: () => 'mine' },
    });
    await bringUpdate(platform, { config: configWith(stated()), installed: [had()] });
    const sent = (pattern: RegExp) =>
      new Set(
        hub.log
          .filter(({ path }) => pattern.test(path))
          .map(({ headers }) => headers['authorization']),
      );
    expect(sent(/xet-read-token/)).toEqual(new Set(['Bearer mine']));
    expect(sent(/reconstructions/).has('Bearer mine')).toBe(false);
    expect(sent(/reconstructions/).has(undefined)).toBe(false);
    expect(sent(/xet-bridge/)).toEqual(new Set([undefined]));
  });
});
