import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { PHONES, shelfScene } from '../../tests/shelfScene';

const scene = shelfScene();
const { run } = scene;
const PHONE = 'smollm2-135m';
const FILES = ['model.executorch.json', 'model.pte', 'tokenizer.json', 'tokenizer_config.json'];

const models = (...path: string[]) => join(scene.folder, 'assets/models', ...path);
const namesIn = async (folder: string) => (await readdir(folder)).sort();

/** Empty folders aren't told. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Of another volume where this computer has one in memory; else of the same. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

describe('modelshelf move', () => {
  let drive: string;

  beforeEach(async () => {
    expect((await run(['add', PHONES.name])).code).toBe(0);
    expect((await run(['install', PHONE])).code).toBe(0);
    drive = await mkdtemp(join(PARENT, 'modelshelf-drive-'));
    scene.hub.reset();
  });
  afterEach(() => rm(drive, { recursive: true, force: true }));

  it('P1: moves a model to another drive, where it is verified, repaired and removed, and back', async () => {
    const there = (...path: string[]) => join(drive, 'models', ...path);
    const before = await readFile(models(PHONE, 'model.pte'));
    const moved = await run(['move', PHONE, '--to', there()]);
    expect(moved.err).toBe('');
    expect(moved.out).toContain(`${PHONE}: now in ${there()}`);
    expect(moved.out).toContain('100% copied and read back');
    expect(await namesIn(there(PHONE))).toEqual(FILES);
    expect((await readdir(models())).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect((await readFile(there(PHONE, 'model.pte'))).equals(before)).toBe(true);
    expect((await run(['verify', PHONE])).code).toBe(0);
    const places = await run(['places']);
    expect(places.out).toContain(`${there()}: `);
    expect(places.out).toContain(PHONE);
    expect((await run(['du'])).out).toMatch(new RegExp(`a model: ${PHONE}`));
    expect((await run(['install', PHONE])).out).toContain('already complete');
    expect(scene.hub.log).toEqual([]);

    const weights = await readFile(there(PHONE, 'model.pte'));
    weights[100] = (weights[100] ?? 0) ^ 1;
    await writeFile(there(PHONE, 'model.pte'), weights);
    expect((await run(['verify', PHONE])).code).toBe(1);
    expect((await run(['move', PHONE, '--back'])).code).toBe(1);
    expect((await run(['move', PHONE, '--cancel'])).code).toBe(0);
    expect((await run(['remove', PHONE])).code).toBe(0);
    expect(await namesIn(there('.removed-executorch', PHONE))).toContain('kept.json');
    expect((await run(['restore', PHONE])).code).toBe(0);
    await rm(there(PHONE, 'model.pte'));
    expect((await run(['install', PHONE])).code).toBe(0);
    expect((await readFile(there(PHONE, 'model.pte'))).equals(before)).toBe(true);

    expect((await run(['move', PHONE, '--back'])).out).toContain('now in the models folder');
    expect(await namesIn(models(PHONE))).toEqual(FILES);
    expect(await filesBelow(there())).toEqual(['.modelshelf-place.json']);
    expect((await run(['places', '--forget', there()])).code).toBe(0);
    expect((await run(['places'])).out).toContain('All models lie in the models folder.');
    expect(await filesBelow(there())).toEqual([]);
  });

  it('P3: says that a drive isn’t connected, downloads nothing, and has the model back with the drive', async () => {
    const there = join(drive, 'models');
    await run(['move', PHONE, '--to', there]);
    await rename(there, join(drive, 'unplugged'));
    // What a mount point is while nothing is mounted.
    await mkdir(there);
    const installed = await run(['install', PHONE]);
    expect(installed.code).toBe(1);
    expect(installed.err).toContain('Not connected');
    expect((await run(['verify', PHONE])).err).toContain('PLACE_MISSING');
    expect((await run(['places'])).out).toContain('not connected');
    expect((await run(['list'])).out).toContain('on a drive that is not connected');
    expect(scene.hub.log).toEqual([]);
    expect(await readdir(there)).toEqual([]);
    await rm(there, { recursive: true });
    await rename(join(drive, 'unplugged'), there);
    expect((await run(['verify', PHONE])).code).toBe(0);
  });

  it('P5: gives a lost drive up, so that the model can be downloaded again', async () => {
    const there = join(drive, 'models');
    await run(['move', PHONE, '--to', there]);
    const early = await run(['move', PHONE, '--give-up']);
    expect(early.code).toBe(1);
    await rm(there, { recursive: true });
    expect((await run(['move', PHONE, '--give-up'])).code).toBe(0);
    expect((await run(['install', PHONE])).code).toBe(0);
    expect(await namesIn(models(PHONE))).toEqual(FILES);
  });

  it('refuses a folder inside of the models folder, and one around it', async () => {
    for (const folder of [models('other'), scene.folder, models()]) {
      const { code, err } = await run(['move', PHONE, '--to', folder]);
      expect(code).toBe(1);
      expect(err).toContain('NAME_INVALID');
    }
    expect((await stat(models(PHONE, 'model.pte'))).size).toBeGreaterThan(0);
  });

  it('wants one thing to do, a model that is here, and a place that it knows', async () => {
    expect((await run(['move', PHONE])).code).toBe(2);
    expect((await run(['move', PHONE, '--back', '--to', drive])).code).toBe(2);
    expect((await run(['move'])).code).toBe(2);
    expect((await run(['places', '--forget', '/nowhere'])).err).toContain('is no place');
    await run(['remove', PHONE, '--keep-files']);
    expect((await run(['move', PHONE, '--back'])).code).toBe(2);
  });
});
