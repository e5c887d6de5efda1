import { beforeAll, describe, expect, it } from 'vitest';

import {
  BLOCK_BYTES,
  bringUpdate,
  INDEX_URL,
  indexText,
  installedFile,
  madeVersion,
  NEW_PART,
  NEW_URL,
  versionConfig,
  type UpdateOptions,
} from '../../../tests/deltaFixture';
import { ENDPOINT, sha256 } from '../../../tests/modelFixture';
import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { isAbortError, ModelError } from '../../errors';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import { systemClock } from '../../platform/shared/systemClock';

const OLD = madeVersion();
const OTHER_TEMPLATE = madeVersion({ template: 'second, and longer '.repeat(40) });
const ONE_TENSOR = madeVersion({ changed: { 3: 'trained again' } });
let index: string;
beforeAll(async () => {
  index = await indexText(OTHER_TEMPLATE);
});

/** A device with the old version, and a server with the new one. */
function scene(bytes: Uint8Array, text: string) {
  const world = createMemoryWorld();
  world.disk.files.set('tiny/tiny.gguf', OLD);
  world.web.files.set(NEW_URL, bytes);
  world.web.answerText = ({ url }) => ({
    ...{ status: url === INDEX_URL ? 200 : 404, text: url === INDEX_URL ? text : '', headers: {} },
  });
  const platform = createMemoryPlatform({ world, hubEndpoint: ENDPOINT, clock: systemClock });
  const update = async (options: Partial<UpdateOptions> = {}) => {
    const installed = [installedFile(OLD)];
    const { reusedBytes } = await bringUpdate(platform, {
      ...{ config: versionConfig(bytes, text), installed },
      ...options,
    });
    return reusedBytes;
  };
  const fetchedBytes = () => world.web.log.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  const part = () => sha256(world.disk.files.get(NEW_PART) ?? new Uint8Array());
  return { world, platform, update, fetchedBytes, part };
}

describe('a new version of an installed file', () => {
  it('costs its changed template alone, though every tensor has moved', async () => {
    const { update, fetchedBytes, part } = scene(OTHER_TEMPLATE, index);
    const reused = await update();
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
    expect(reused + fetchedBytes()).toBe(OTHER_TEMPLATE.byteLength);
    expect(fetchedBytes()).toBeLessThan(4_096);
  });

  it('costs its changed tensor alone, and leaves the installed file as it is', async () => {
    const { update, fetchedBytes, part, world } = scene(ONE_TENSOR, await indexText(ONE_TENSOR));
    await update();
    expect(part()).toBe(sha256(ONE_TENSOR));
    expect(fetchedBytes()).toBeLessThan(160_000 + 4_096);
    expect(fetchedBytes()).toBeGreaterThanOrEqual(160_000);
    expect(sha256(world.disk.files.get('tiny/tiny.gguf') ?? OLD)).toBe(sha256(OLD));
  });

  it('costs its changed bytes where they are few in a large tensor, by the block', async () => {
    const bytes = OLD.slice();
    bytes.set([1, 2, 3], OLD.byteLength - 1_000);
    const { update, fetchedBytes, part } = scene(bytes, await indexText(bytes));
    await update();
    expect(part()).toBe(sha256(bytes));
    expect(fetchedBytes()).toBeLessThanOrEqual(BLOCK_BYTES);
  });

  it('costs nothing when it is the same file, and needs no index for that', async () => {
    const { update, fetchedBytes, part } = scene(OLD, '');
    expect(await update({ config: versionConfig(OLD) })).toBe(OLD.byteLength);
    expect(part()).toBe(sha256(OLD));
    expect(fetchedBytes()).toBe(0);
  });

  it('reads next to nothing of a file with other lengths, as another quantization has', async () => {
    const bytes = madeVersion({ floats: 30_001 });
    const { update, world, fetchedBytes, part } = scene(bytes, await indexText(bytes));
    const digests: string[] = [];
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'digest' && path === 'tiny/tiny.gguf') digests.push(path);
    };
    await update();
    expect(part()).toBe(sha256(bytes));
    expect(fetchedBytes()).toBeGreaterThan(bytes.byteLength * 0.8);
    expect(digests.length).toBeLessThan(8);
  });

  it('finds blocks that a file has several times, and tensors that have changed places', async () => {
    const bytes = madeVersion({
      changed: { 0: 'tensor 5', 1: 'tensor 5', 2: 'tensor 2', 4: 'tensor 5', 5: 'tensor 0' },
    });
    const { update, fetchedBytes, part } = scene(bytes, await indexText(bytes));
    await update();
    expect(part()).toBe(sha256(bytes));
    expect(fetchedBytes()).toBe(0);
  });

  it('tells how many bytes are reused, and never more than there are', async () => {
    const seen: number[] = [];
    const { update } = scene(OTHER_TEMPLATE, index);
    const reused = await update({ onReused: (bytes) => seen.push(bytes) });
    expect(seen.at(-1)).toBe(reused);
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
  });
});

describe('what can be wrong with it', () => {
  it('fetches a block that is damaged here', async () => {
    const { update, world, fetchedBytes, part } = scene(OTHER_TEMPLATE, index);
    const damaged = OLD.slice();
    damaged.fill(0, OLD.byteLength - 5_000, OLD.byteLength - 4_000);
    world.disk.files.set('tiny/tiny.gguf', damaged);
    await update();
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
    expect(fetchedBytes()).toBeLessThan(BLOCK_BYTES + 4_096);
  });

  it.each([
    ['isn’t there', { status: 404, text: '' }],
    ['isn’t the one that the catalog states', { status: 200, text: '{"version":1}' }],
    ['is of another length', { status: 200, text: 'more than the catalog states'.repeat(999) }],
  ])('fetches the whole file when the index %s', async (_, answer) => {
    const { update, world, fetchedBytes, part } = scene(OTHER_TEMPLATE, index);
    world.web.answerText = () => ({ ...answer, headers: {} });
    expect(await update()).toBe(0);
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
    expect(fetchedBytes()).toBe(OTHER_TEMPLATE.byteLength);
  });

  it('fetches the whole file when the index is a sound one, but not the one that the catalog states', async () => {
    const { update, world, fetchedBytes } = scene(OTHER_TEMPLATE, index);
    const other = index.replace(/"names":"(.{16})(.{16})/, '"names":"$2$1');
    expect(other).toHaveLength(index.length);
    world.web.answerText = () => ({ status: 200, text: other, headers: {} });
    expect(await update()).toBe(0);
    expect(fetchedBytes()).toBe(OTHER_TEMPLATE.byteLength);
  });

  it('fetches the whole file once when the index lies, whatever was copied by it', async () => {
    // It says that the new file consists of the parts of the old one.
    const bytes = madeVersion({ changed: { 0: 'a', 1: 'b', 2: 'c', 3: 'd', 4: 'e', 5: 'f' } });
    const lie = await indexText(OLD);
    const { update, fetchedBytes, part } = scene(bytes, lie);
    expect(await update()).toBe(OLD.byteLength);
    expect(part()).toBe(sha256(bytes));
    expect(fetchedBytes()).toBe(bytes.byteLength);
  });

  it('fetches the whole file once when the installed file isn’t what its record says', async () => {
    const { update, world, fetchedBytes, part } = scene(OLD, '');
    const damaged = OLD.slice();
    damaged.fill(0, 100_000, 100_100);
    world.disk.files.set('tiny/tiny.gguf', damaged);
    await update({ config: versionConfig(OLD) });
    expect(part()).toBe(sha256(OLD));
    expect(fetchedBytes()).toBe(OLD.byteLength);
  });

  it('is no failure of the download when the installed file has gone, or can’t be read', async () => {
    const { update, world, part } = scene(OTHER_TEMPLATE, index);
    world.disk.files.delete('tiny/tiny.gguf');
    expect(await update()).toBe(0);
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
  });

  it('brings the whole file from a server without ranges', async () => {
    const { update, world, part } = scene(OTHER_TEMPLATE, index);
    const whole = Array.from({ length: 20 }, () => ({ kind: 'ignore-range' }) as const);
    script(world.web, NEW_URL, ...whole);
    await update();
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
  });

  it('reuses nothing of a file without a published SHA-256', async () => {
    const { update, world } = scene(OTHER_TEMPLATE, index);
    const config = versionConfig(OTHER_TEMPLATE, index);
    const { sha256: _, ...source } = config.ggufSource as {
      kind: 'remote';
      url: string;
      sha256: string;
    };
    expect(await update({ config: { ...config, ggufSource: source } })).toBe(0);
    expect(world.disk.files.get(NEW_PART)?.byteLength).toBe(OTHER_TEMPLATE.byteLength);
  });

  it('keeps what was copied when the disk is full, and says so as a download does', async () => {
    const { update, world } = scene(OTHER_TEMPLATE, index);
    let writes = 0;
    world.disk.beforeOperation = (operation, path) => {
      if (operation !== 'write' || path !== NEW_PART) return;
      writes += 1;
      if (writes > 1) throw new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
    };
    expect(await rejectionOf(update())).toMatchObject({ code: 'NO_SPACE' });
    expect(world.disk.files.has(NEW_PART)).toBe(true);
  });

  it('ends when it is called off, with what was copied in the journal', async () => {
    const { update, world, part, fetchedBytes } = scene(OTHER_TEMPLATE, index);
    const ending = new AbortController();
    const onReused = () => {
      ending.abort();
    };
    const failed = await rejectionOf(update({ signal: ending.signal, onReused }));
    expect(isAbortError(failed)).toBe(true);
    expect(new TextDecoder().decode(world.disk.files.get(`${NEW_PART}.journal`))).toContain(
      'synced',
    );
    await update();
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
    expect(fetchedBytes()).toBeLessThan(4_096);
  });

  it('goes on with bytes that were fetched before, and copies none over them', async () => {
    const { update, world, part, fetchedBytes } = scene(OTHER_TEMPLATE, index);
    script(world.web, NEW_URL, { kind: 'cut', afterBytes: 700 });
    await update();
    const copied: number[] = [];
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'write' && path === NEW_PART) copied.push(1);
    };
    const before = fetchedBytes();
    await update();
    expect(part()).toBe(sha256(OTHER_TEMPLATE));
    expect(copied).toEqual([]);
    expect(fetchedBytes()).toBe(before);
  });
});
