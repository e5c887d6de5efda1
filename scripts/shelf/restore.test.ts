import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { PHONES, QWEN, shelfScene } from '../../tests/shelfScene';

const scene = shelfScene();
const { run, readText } = scene;
const LOCK = 'models.lock.json';
const PHONE = 'smollm2-135m';
const FILES = ['model.executorch.json', 'model.pte', 'tokenizer.json', 'tokenizer_config.json'];

const models = (...path: string[]) => join(scene.folder, 'assets/models', ...path);
const filesOf = async (folder: string) => (await readdir(models(folder))).sort();

describe('modelshelf restore', () => {
  let lock: string;

  beforeEach(async () => {
    expect((await run(['add', `${QWEN.name}:Q8_0`, PHONES.name])).code).toBe(0);
    expect((await run(['install', PHONE])).code).toBe(0);
    lock = await readText(LOCK);
    scene.hub.reset();
  });

  it('takes a removal back: files and lock, without a request', async () => {
    const manifest = await readFile(models(PHONE, 'model.executorch.json'), 'utf8');
    const removed = await run(['remove', PHONE]);
    expect(removed.code).toBe(0);
    expect(removed.out).toContain(`modelshelf restore ${PHONE}`);
    expect(await readText(LOCK)).not.toContain(PHONE);
    const { code, out } = await run(['restore', PHONE]);
    expect(out).toContain('here again');
    expect(code).toBe(0);
    expect(await readText(LOCK)).toBe(lock);
    expect(await readText('models.lock.d.ts')).toContain(PHONE);
    expect(await filesOf(PHONE)).toEqual(FILES);
    expect(await readFile(models(PHONE, 'model.executorch.json'), 'utf8')).toBe(manifest);
    expect((await run(['verify', PHONE])).code).toBe(0);
    expect(scene.hub.log).toEqual([]);
    const again = await run(['restore', PHONE]);
    expect(again.code).toBe(2);
    expect(again.err).toContain('None can.');
  });

  it('tells programs whether a removal can be taken back', async () => {
    const kept = await run(['remove', PHONE, '--json']);
    expect(kept.out).toContain('"canComeBack":true');
    expect((await run(['restore', PHONE, '--json'])).out).toContain('"event":"restored"');
    const now = await run(['remove', PHONE, '--now', '--json']);
    expect(now.out).toContain('"canComeBack":false');
  });

  it('brings nothing back that was removed with --now', async () => {
    expect((await run(['remove', PHONE, '--now'])).code).toBe(0);
    expect((await readdir(models())).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(await readdir(models('.removed-executorch')).catch(() => [])).toEqual([]);
    const { code, err } = await run(['restore', PHONE]);
    expect(code).toBe(2);
    expect(err).toContain(`${PHONE} can't come back`);
  });

  it('names what can come back, and changes nothing for a mistyped id', async () => {
    await run(['remove', PHONE]);
    const before = await readText(LOCK);
    const { code, err } = await run(['restore', PHONE, 'smollm2-135']);
    expect(code).toBe(2);
    expect(err).toContain(`These can: ${PHONE}.`);
    expect(await readText(LOCK)).toBe(before);
  });

  it('says so where a file is gone', async () => {
    await run(['remove', PHONE]);
    await rm(models('.removed-executorch', PHONE, 'model.pte'));
    expect((await run(['restore', PHONE])).code).toBe(2);
  });

  it('writes nothing into the lock that was changed in the store', async () => {
    await run(['remove', PHONE]);
    const before = await readText(LOCK);
    const place = models('.removed-executorch', PHONE, 'kept.entry.json');
    for (const text of ['{', '{"modelId":"smollm2-135m"}', before]) {
      await writeFile(place, text);
      const { code, err } = await run(['restore', PHONE]);
      expect(code).toBe(2);
      expect(err).toContain("can't come back");
      expect(await readText(LOCK)).toBe(before);
    }
  });

  it('comes back by an install, too, without a byte of it', async () => {
    await run(['remove', PHONE]);
    expect((await run(['add', PHONES.name])).code).toBe(0);
    scene.hub.reset();
    expect((await run(['install', PHONE])).code).toBe(0);
    expect(await filesOf(PHONE)).toEqual(FILES);
    expect(
      scene.hub.log.filter(({ bodyBytesSent, origin }) => origin === 'cdn' && bodyBytesSent > 0),
    ).toEqual([]);
  });
});
