/** Equal files of several models on a real disk: stored once, and none of them changed with another. */
import { lstat, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { accountStorage } from '../../lib/ai/storage/accountStorage';
import { bytesOf, sizeOf } from './diskFixture';
import { createDiskScene, flipByte } from './diskScene';

const scene = createDiskScene();
const tiny = () => scene.config('tiny');
const twin = (): LlmModelConfig => ({
  ...tiny(),
  ...{ modelId: 'twin', displayName: 'Twin', folderName: 'twin' },
});
const TINY = 'tiny/tiny.gguf';
const TWIN = 'twin/tiny.gguf';

const inodeOf = async (path: string) => (await stat(scene.at(path))).ino;

async function both() {
  const app = await scene.start({ models: [tiny(), twin()] });
  await app.manager.ensureModelPresent(tiny());
  await app.manager.ensureModelPresent(twin());
  return app;
}

/** As du counts: each inode once. */
async function onDisk(): Promise<number> {
  const seen = new Set<number>();
  let bytes = 0;
  for (const entry of await readdir(scene.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { ino, size } = await lstat(join(entry.parentPath, entry.name));
    if (!seen.has(ino)) bytes += size;
    seen.add(ino);
  }
  return bytes;
}

describe('equal files of two models', () => {
  it('U9: are stored once, and counted once', async () => {
    const { manager, platform } = await both();
    expect(await inodeOf(TINY)).toBe(await inodeOf(TWIN));
    expect(manager.getSnapshot().storage.usedBytes).toBe(await onDisk());
    expect(await onDisk()).toBeLessThan(1.1 * sizeOf('tiny'));
    const { items, usedBytes } = accountStorage({
      ...{ entries: await platform.files.list(''), models: [tiny(), twin()] },
      ...{ states: manager.getSnapshot().states, kept: [], homes: {}, lastUsedAt: () => undefined },
    });
    expect(usedBytes).toBe(await onDisk());
    // Whichever is deleted, the file stays for the other.
    for (const { freedBytes } of items) expect(freedBytes).toBeLessThan(5_000);
  });

  it('U9: stay whole for the other model when one is removed, for good or for a while', async () => {
    const { manager } = await both();
    await manager.deleteModel(tiny(), { canComeBack: true });
    expect(manager.getSnapshot().kept[0]?.usedBytes).toBeLessThan(5_000);
    await manager.verifyModel(twin());
    await manager.bringBack(tiny());
    await manager.verifyModel(tiny());
    await manager.deleteModel(twin());
    await manager.verifyModel(tiny());
    expect((await stat(scene.at(TINY))).nlink).toBe(1);
    expect(await onDisk()).toBe(manager.getSnapshot().storage.usedBytes);
  });

  it('U9: are never written through: a repair works on a copy, and then heals both', async () => {
    const { manager } = await both();
    await flipByte(scene.at(TINY), 40_000);
    const damaged = await readFile(scene.at(TWIN));
    scene.hub.faults.push({ origin: 'cdn', times: 100, fault: { status: 404 } });
    await expect(manager.repairModel(tiny())).rejects.toMatchObject({ name: 'ModelError' });
    expect(damaged.equals(await readFile(scene.at(TWIN)))).toBe(true);
    scene.hub.faults.clear();
    await manager.ensureModelPresent(tiny());
    expect(bytesOf('tiny').equals(await readFile(scene.at(TINY)))).toBe(true);
    await manager.verifyModel(twin());
    expect(await inodeOf(TINY)).toBe(await inodeOf(TWIN));
  });

  it('U9: are left alone while somebody works on the other model', async () => {
    const app = await scene.start({ models: [tiny(), twin()] });
    await app.manager.ensureModelPresent(tiny());
    let release = () => {};
    const lock = { name: 'model/tiny', folder: '.staging/tiny' };
    const held = app.platform.peers.withFolder(
      lock,
      () => new Promise<void>((end) => (release = end)),
    );
    await app.manager.ensureModelPresent(twin());
    expect(await inodeOf(TINY)).not.toBe(await inodeOf(TWIN));
    release();
    await held;
    await app.manager.verifyModel(twin());
  });

  it('U9: are stored twice where the file system can’t link', async () => {
    const app = await scene.start({
      models: [tiny(), twin()],
      change: ({ host }) => ({ host: { ...host, shareFile: () => Promise.resolve(false) } }),
    });
    await app.manager.ensureModelPresent(tiny());
    await app.manager.ensureModelPresent(twin());
    expect(await inodeOf(TINY)).not.toBe(await inodeOf(TWIN));
    expect(app.manager.getSnapshot().storage.usedBytes).toBe(await onDisk());
  });
});
