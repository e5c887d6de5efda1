/** A file that changes at its address while it comes, and of which nobody has published a digest. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { uploaded } from '../hub/applyFault';
import { noiseContent, wholeOf } from '../hub/content';
import type { Fault } from '../hub/faults';
import { commitFor } from '../hub/repos';
import { startHub, type Hub } from '../hub/server';
import { MODEL } from '../modelFixture';
import { TOKEN } from './served';
import { MANY_PIECES, openScene, type Scene, type SceneOptions } from './nodeScene';

const FIRST = noiseContent('versions', 600_000);
const SECOND = uploaded('second', FIRST.sizeBytes);
const SIZE = FIRST.sizeBytes;

let hub: Hub;
let folder: string;
let scene: Scene;

beforeAll(async () => {
  const files = { 'tiny.gguf': { content: FIRST, lfs: false } };
  hub = await startHub({
    repos: [{ name: 'owner/tiny', commit: commitFor('versions'), files }],
    tokens: { [TOKEN]: [] },
  });
});
afterEach(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
  hub.reset();
});
afterAll(() => hub.close());

/** At an address whose bytes may change, and that isn't a hub's, so that nobody states a digest. */
function plain(stated: { sizeBytes?: number; sha256?: string } = {}): LlmModelConfig {
  const url = `${hub.endpoint}/owner/tiny/raw/main/tiny.gguf`;
  return { ...MODEL, ggufSource: { kind: 'remote', url, ...stated } };
}

async function open(options: Partial<SceneOptions> = {}): Promise<void> {
  folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'modelshelf-versions-')));
  scene = await openScene(hub, {
    models: [plain({ sizeBytes: SIZE })],
    sizes: MANY_PIECES,
    ...options,
    folder,
  });
}

const reopen = async (options: Partial<SceneOptions> = {}) => {
  await scene.close();
  await open({ ...options, folder });
};

const order = (fault: Fault, more: { skip?: number; times?: number } = {}) => {
  hub.faults.push({ match: /tiny\.gguf$/, fault, ...more });
};

async function installedUpload(): Promise<'first' | 'second' | 'mixed'> {
  const bytes = await readFile(join(folder, 'tiny', 'tiny.gguf'));
  if (bytes.equals(wholeOf(FIRST))) return 'first';
  return bytes.equals(wholeOf(SECOND)) ? 'second' : 'mixed';
}

/** What the answers have in common, whichever upload they bring. */
type Habit = Pick<Fault, 'headers' | 'ignoreIfRange'>;

const DAY = 'Wed, 01 Jan 2025 00:00:00 GMT';
const NEXT_DAY = 'Thu, 02 Jan 2025 00:00:00 GMT';

/** How servers tell versions apart: before the change, and after it. */
const HABITS: readonly [string, Habit, Habit][] = [
  ['a strong ETag', {}, {}],
  ['a strong ETag, and no regard for If-Range', { ignoreIfRange: true }, { ignoreIfRange: true }],
  [
    'a date long past',
    { headers: { etag: null, 'last-modified': DAY } },
    { headers: { etag: null, 'last-modified': NEXT_DAY } },
  ],
  [
    'a date so fresh that the file may have changed within the same second',
    { headers: { etag: null, 'last-modified': DAY, date: DAY } },
    { headers: { etag: null, 'last-modified': DAY, date: DAY } },
  ],
  ['a weak ETag', { headers: { etag: 'W/"1"' } }, { headers: { etag: 'W/"1"' } }],
  ['nothing', { headers: { etag: null } }, { headers: { etag: null } }],
  ['an ETag at first, then nothing', {}, { headers: { etag: null } }],
  ['nothing at first, then an ETag', { headers: { etag: null } }, {}],
];

describe.each(HABITS)('with %s', (_, before, after) => {
  it('never mixes two uploads when the file changes among the pieces of one run', async () => {
    await open();
    order(before, { times: 3 });
    order({ ...after, upload: 'second' });
    await scene.ensure();
    expect(await installedUpload()).not.toBe('mixed');
  });

  it('starts over when the file has changed between two runs', async () => {
    await open();
    order({ ...before, cutAfter: 200_000 }, { times: 1 });
    order({ ...before, status: 500 });
    await scene.failure(['HTTP_SERVER']);
    hub.reset();
    await reopen();
    order({ ...after, upload: 'second' });
    await scene.ensure();
    expect(await installedUpload()).toBe('second');
  });

  it('starts over when the file has changed while a connection was broken', async () => {
    await open({ sizes: { ...MANY_PIECES, firstPieceBytes: SIZE, smallestPieceBytes: SIZE } });
    order({ ...before, cutAfter: 200_000 }, { times: 2 });
    order({ ...after, upload: 'second' });
    await scene.ensure();
    expect(await installedUpload()).toBe('second');
  });
});

describe('of a file that stays as it is', () => {
  const kept = async (habit: Habit) => {
    await open();
    order({ ...habit, cutAfter: 200_000 }, { times: 3 });
    order({ ...habit, status: 500 });
    await scene.failure(['HTTP_SERVER']);
    await reopen();
    hub.reset();
    order(habit);
    const paused = scene.state();
    await scene.ensure();
    expect(await installedUpload()).toBe('first');
    return { paused, sentBytes: scene.sentBytes() };
  };

  it.each([
    ['an ETag', {}],
    ['a date', { headers: { etag: null, 'last-modified': DAY } }],
  ])('goes on from what an earlier run brought, where %s says that it is', async (_, habit) => {
    const { paused, sentBytes } = await kept(habit);
    expect(paused.kind === 'paused' && paused.receivedBytes).toBeGreaterThan(0);
    expect(sentBytes).toBeLessThan(SIZE);
  });

  it('counts nothing of an earlier run, and shows so, where nothing says that it is', async () => {
    const { paused, sentBytes } = await kept({ headers: { etag: null } });
    expect(paused).toMatchObject({ kind: 'paused', receivedBytes: 0 });
    expect(sentBytes).toBeGreaterThanOrEqual(SIZE);
  });

  it('comes over one connection where nothing identifies its version', async () => {
    await open();
    order({ headers: { etag: null } });
    await scene.ensure();
    const whole = hub.log.filter(({ status }) => status === 200);
    expect(whole.map(({ headers }) => headers['range'])).toEqual([undefined]);
    expect(hub.log).toHaveLength(2);
  });

  it('comes over one connection from servers that name it differently in turn', async () => {
    await open();
    for (let turn = 0; turn < 40; turn += 1) {
      order({ headers: { etag: `"${String(turn)}"` } }, { times: 1 });
    }
    await scene.ensure();
    expect(await installedUpload()).toBe('first');
    expect(scene.sentBytes()).toBeLessThan(2 * SIZE);
  });

  it('is given up where each connection breaks before it is whole and none can go on', async () => {
    await open();
    order({ headers: { etag: null }, cutAfter: 300_000 });
    await scene.failure(['NET_INTERRUPTED']);
    expect(hub.log.length).toBeLessThan(10);
  });

  it('asks for the version that it has, and only where it learned of that', async () => {
    await open();
    await scene.ensure();
    const conditions = hub.log.map(({ headers }) => headers['if-range']);
    expect(conditions[0]).toBeUndefined();
    expect(new Set(conditions.slice(1))).toEqual(new Set([`"${FIRST.digest('git-sha1')}"`]));
  });
});

describe('where a digest is published', () => {
  const pinned = () => plain({ sizeBytes: SIZE, sha256: FIRST.digest('sha256') });

  it.each([
    ['another ETag', { etag: '"another"' }],
    ['no ETag', { etag: null }],
    ['a weak ETag', { etag: 'W/"1"' }],
  ])('throws nothing away because of %s, and sets no condition', async (_, headers) => {
    await open({ models: [pinned()] });
    order({ cutAfter: 50_000 }, { times: 3 });
    order({ status: 500 });
    await scene.failure(['HTTP_SERVER']);
    expect(scene.state()).not.toMatchObject({ receivedBytes: 0 });
    hub.reset();
    await reopen({ models: [pinned()] });
    order({ headers });
    await scene.ensure();
    expect(scene.sentBytes()).toBeLessThan(SIZE);
    expect(hub.log.some((request) => 'if-range' in request.headers)).toBe(false);
  });
});
