import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { commandScene, elsewhere, speakers } from '../../tests/commandScene';
import { noiseContent } from '../../tests/hub/content';
import { commitFor, type HubRepo } from '../../tests/hub/repos';

const NOISE: HubRepo = {
  ...{ name: 'me/noise', commit: commitFor('noise') },
  files: { 'noise.gguf': { content: noiseContent('noise', 1_000_000), lfs: false } },
};

const scene = commandScene({ repos: [NOISE] });
const { run, llama } = scene;

describe('a file whose digest nobody published', () => {
  /** A catalog that has noise under the id of a model, at an address that isn't a hub's. */
  const noisy = async (...args: string[]) => {
    const { models } = speakers.catalog(scene.hub.endpoint);
    const url = elsewhere(`${scene.hub.endpoint}/me/noise/raw/main/noise.gguf`);
    const [model] = models;
    const entry = { ...model, ggufSource: { kind: 'remote', url } };
    const file = join(scene.folder, 'noisy.json');
    await writeFile(file, JSON.stringify({ version: 1, models: [entry] }));
    return run(['--runtime', 'llama.cpp', '--catalog', file, ...args]);
  };

  it('is never called verified', async () => {
    const { code, out } = await noisy('--model', 'local-small');
    expect(code).toBe(0);
    expect(out).toContain('complete; its publisher states no digest: 1.0 MB');
    const checked = await noisy('--verify');
    expect(checked.out).toContain('as it was installed; its publisher states no digest');
    const [event] = (await noisy('--verify', '--json')).out.split('\n');
    expect(JSON.parse(event ?? '')).toMatchObject({ event: 'verified', verified: false });
    const listed = (await noisy('--list', '--json')).out.split('\n');
    const line = listed.find((text) => text.includes('"local-small"'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      ...{ state: 'installed', verified: false },
      files: [{ checkedAgainst: 'none', verified: false }],
    });
    expect(out + checked.out).not.toMatch(/verified/);
  }, 60_000);

  it('isn’t the file that another catalog names, which says so, and is mended by --repair', async () => {
    await noisy('--model', 'local-small', '--quiet');
    expect((await run(llama('--list'))).out).toMatch(/local-small +another file, 1\.0 MB/);
    const checked = await run(llama('--verify'));
    expect(checked.code).toBe(1);
    expect(checked.err).toContain('Not the file that the registry names');
    const repaired = await run(llama('--repair'));
    expect(repaired).toMatchObject({ code: 0, err: '' });
    expect(repaired.out).toContain('installed and verified: 2.4 MB');
  }, 60_000);
});
