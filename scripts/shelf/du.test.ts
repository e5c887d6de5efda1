import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { PHONES, QWEN, shelfScene } from '../../tests/shelfScene';
import { wantedBytesOf } from './wantedBytes';

const scene = shelfScene();
const { run } = scene;
const PHONE = 'smollm2-135m';
const SPEAKER = 'qwen3-0.6b-q4-k-m';

const models = (...path: string[]) => join(scene.folder, 'assets/models', ...path);

interface Told {
  event: string;
  kind?: string;
  path?: string;
  usedBytes?: number;
  plannedBytes?: number;
  freedBytes?: number;
  reason?: string;
}

const events = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);

async function bytesOnDisk(): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(models(), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

describe('modelshelf du', () => {
  beforeEach(async () => {
    expect((await run(['add', `${QWEN.name}:Q4_K_M`, PHONES.name])).code).toBe(0);
    expect((await run(['install'])).code).toBe(0);
    await mkdir(models('box'), { recursive: true });
    await writeFile(models('box/notes.txt'), 'x'.repeat(1234));
  });

  it('accounts for every byte, of both runtimes, and with and without a lock', async () => {
    const { code, out } = await run(['du', '--json']);
    expect(code).toBe(0);
    const told = events(out);
    const sum = told.find(({ event }) => event === 'sum')?.usedBytes;
    expect(sum).toBe(await bytesOnDisk());
    const kinds = told
      .filter(({ event }) => event === 'stored')
      .map(({ kind, path }) => [path, kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      [PHONE]: 'model',
      [SPEAKER]: 'model',
      box: 'unknown',
    });
    const without = await run(['du', '--lock', 'other.json']);
    expect(without.out).toMatch(/1\.2 kB {2}files that nobody here knows: box/);
    expect(without.out.match(/a model: /g)).toHaveLength(2);
  });

  it('plans, changes nothing without --yes, and then frees what it said', async () => {
    expect((await run(['remove', PHONE])).code).toBe(0);
    const before = await bytesOnDisk();
    const plan = await run(['du', '--free', '30KB']);
    expect(plan.code).toBe(0);
    expect(plan.out).toContain('.removed-executorch/smollm2-135m: removed, could come back');
    expect(plan.out).toContain('--yes deletes this, for good');
    expect((await run(['du', '--free', '30KB', '--yes', '--dry-run'])).code).toBe(0);
    expect(await bytesOnDisk()).toBe(before);
    const done = await run(['du', '--free', '30KB', '--yes', '--json']);
    expect(done.code).toBe(0);
    const freed = events(done.out).find(({ event }) => event === 'freed')?.freedBytes;
    expect(before - (await bytesOnDisk())).toBe(freed);
    expect((await run(['restore', PHONE])).code).toBe(2);
  });

  it('frees models of either runtime, never unknown files, and says where that isn’t enough', async () => {
    const { code, out } = await run(['du', '--free', '2GB', '--yes']);
    expect(out).toMatch(/Only .* can be deleted here/);
    expect(code).toBe(1);
    expect((await readdir(models())).filter((name) => !name.startsWith('.'))).toEqual(['box']);
  });

  it('refuses what it doesn’t understand', async () => {
    expect((await run(['du', '--free', 'much'])).code).toBe(2);
    expect((await run(['du', 'tiny'])).code).toBe(2);
    expect(['2GB', '1.5 GiB', '500m', '12B'].map(wantedBytesOf)).toEqual([
      2e9,
      1.5 * 2 ** 30,
      5e8,
      12,
    ]);
    for (const text of ['', '0', '-1GB', '1e9', '2XB', '2'])
      expect(() => wantedBytesOf(text)).toThrow(/--free/);
  });
});
