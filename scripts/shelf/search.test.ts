import { readdir } from 'node:fs/promises';

import { beforeEach, describe, expect, it } from 'vitest';

import { parseCatalog } from '../../lib/ai/registry/catalog';
import { noiseContent } from '../../tests/hub/content';
import { commitFor, type HubRepo } from '../../tests/hub/repos';
import { PHONES, QWEN, shelfScene } from '../../tests/shelfScene';

const scene = shelfScene();
const { run, readText } = scene;

const found = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; name: string });
const names = (out: string) => found(out).map(({ name }) => name);

const repo = (name: string, facts: HubRepo['facts'], file = 'm-Q4_K_M.gguf'): HubRepo => ({
  ...{
    name,
    commit: commitFor(name),
    files: { [file]: { lfs: true, content: noiseContent(name, 99) } },
  },
  ...(facts && { facts }),
});

beforeEach(() => {
  const { repos } = scene.hub;
  repos.clear();
  const popular = { downloads: 9_000, likes: 1, lastModified: '2026-03-04T00:00:00.000Z' };
  const liked = { downloads: 10, likes: 99, tags: ['reasoning'] };
  for (const each of [
    { ...repo('zed/tiny-qwen-GGUF', liked), gated: 'auto' as const },
    repo('ann/qwen-small-GGUF', popular),
    repo('bob/other-GGUF', { downloads: 100_000 }),
    repo('ann/qwen-for-phones', { downloads: 50 }, 'qwen.pte'),
  ]) {
    repos.set(each.name, each);
  }
});

describe('modelshelf search', () => {
  it('lists what the hub has for the words and the runtime, in the wished order', async () => {
    const byDownloads = await run(['search', 'qwen', 'gguf', '--json']);
    expect(byDownloads).toMatchObject({ code: 0, err: '' });
    expect(found(byDownloads.out)).toMatchObject([
      {
        ...{ event: 'found', name: 'ann/qwen-small-GGUF', publisher: 'ann', downloads: 9_000 },
        ...{ gate: 'none', updated: '2026-03-04T00:00:00.000Z' },
      },
      { name: 'zed/tiny-qwen-GGUF', gate: 'auto', abilities: ['thinking'] },
    ]);
    const byLikes = await run(['search', 'qwen', '--sort', 'likes', '--json']);
    expect(names(byLikes.out)).toEqual(['zed/tiny-qwen-GGUF', 'ann/qwen-small-GGUF']);
    const phones = await run(['search', '--runtime', 'executorch', '--json']);
    expect(names(phones.out)).toEqual(['ann/qwen-for-phones']);
    expect(await readdir(scene.folder)).toEqual([]);
  });

  it('shows them to a person, and says when there are none', async () => {
    const { out } = await run(['search', 'tiny']);
    expect(out).toMatch(
      /^zed\/tiny-qwen-GGUF {2}10 downloads, no licence stated, has to be accepted, thinking/,
    );
    const none = await run(['search', 'nothing of the kind']);
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toContain('lists no such repository');
  });

  it('goes through pages up to the limit, and refuses orders and limits that there are not', async () => {
    for (let index = 0; index < 70; index += 1) {
      const name = `many/m${String(index).padStart(2, '0')}-GGUF`;
      scene.hub.repos.set(name, repo(name, { downloads: 1_000 - index }));
    }
    const { out } = await run(['search', 'many', '--limit', '65', '--json']);
    expect(names(out)).toHaveLength(65);
    expect(new Set(names(out)).size).toBe(65);
    expect(names(out).at(-1)).toBe('many/m64-GGUF');
    expect(scene.hub.log.filter(({ path }) => path === '/api/models')).toHaveLength(3);
    for (const wrong of [
      ['--sort', 'age'],
      ['--limit', '0'],
      ['--limit', 'x'],
      ['--dir', 'a'],
    ]) {
      expect((await run(['search', 'qwen', ...wrong])).code).toBe(2);
    }
  });
});

describe('modelshelf add of a repository with several builds', () => {
  beforeEach(() => {
    scene.hub.repos.set(QWEN.name, QWEN);
    scene.hub.repos.set(PHONES.name, PHONES);
  });

  it('lists them with bytes, verdict and the recommended one', async () => {
    const { code, err } = await run(['add', QWEN.name]);
    expect(code).toBe(2);
    expect(err).toMatch(/\* Q8_0 +45 kB {2}fits +Qwen3-0\.6B-Q8_0\.gguf/);
    expect(err).toMatch(/ {2}BF16 +15 kB {2}fits +big\/Qwen3-BF16-00001-of-00002\.gguf/);
    expect(err).toContain('Recommended here: Q8_0, 45 kB: its answers can’t be told apart');
    expect(err).toContain('--recommended takes it.');
  });

  it.each(['--recommended', '--yes', '-y'])('takes the recommended one with %s', async (option) => {
    expect(await run(['add', QWEN.name, PHONES.name, option])).toMatchObject({ code: 0, err: '' });
    const { models } = parseCatalog(await readText('models.lock.json'));
    expect(models.map(({ modelId }) => modelId)).toEqual(['qwen3-0.6b-q8-0', 'smollm2-135m']);
  });

  it('warns of what the hub’s malware scanners found in the chosen file', async () => {
    const scans = { 'Qwen3-0.6B-Q8_0.gguf': 'suspicious', 'Qwen3-0.6B-Q4_K_M.gguf': 'safe' };
    scene.hub.repos.set(QWEN.name, { ...QWEN, facts: { scans } });
    expect(await run(['add', `${QWEN.name}:Q4_K_M`])).toMatchObject({ code: 0, err: '' });
    const { code, err } = await run(['add', `${QWEN.name}:Q8_0`]);
    expect(code).toBe(0);
    expect(err).toContain('Qwen3-0.6B-Q8_0.gguf: Hugging Face’s malware scanners find this file');
  });

  it('brings a pasted link to its file, and refuses one that is wrong', async () => {
    const link = `modelshelf://add?repo=${QWEN.name}&file=Qwen3-0.6B-Q4_K_M.gguf`;
    expect((await run(['add', link])).code).toBe(0);
    const { models } = parseCatalog(await readText('models.lock.json'));
    expect(models.map(({ modelId }) => modelId)).toEqual(['qwen3-0.6b-q4-k-m']);
    const wrong = await run(['add', `modelshelf://add?repo=${QWEN.name}&file=../x.gguf`]);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('is no link to a model') });
  });
});
