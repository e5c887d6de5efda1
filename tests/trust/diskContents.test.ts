import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseCatalog } from '../../lib/ai/registry/catalog';
import { loadModels } from '../../lib/ai/registry/loadModels';
import { formatJournal } from '../../lib/download/journal/journalText';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import { bootId } from '../../lib/platform/node/peers/bootId';
import { createNodeFileStore } from '../../lib/platform/node/files/nodeFileStore';
import { runCli } from './cli';
import { BLOCK_BYTES, bytesOf, sizeOf } from './diskFixture';
import { flipByte, createDiskScene } from './diskScene';
import { codeOf } from './volumes';

const scene = createDiskScene();
const WEIGHTS = 'tiny/tiny.gguf';
const PART = '.staging/tiny/tiny.gguf.part';

describe('an installed model', () => {
  it('D10: with a bad bit is found by Verify, and Repair fetches its block alone', async () => {
    await scene.installed();
    await flipByte(scene.at(WEIGHTS), 3 * BLOCK_BYTES + 5);
    const app = await scene.start();
    const tiny = scene.config('tiny');
    await expect(app.manager.verifyModel(tiny)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    await app.manager.repairModel(tiny);
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(BLOCK_BYTES);
  });

  it('D10: with a block of zeros is mended the same way', async () => {
    await scene.installed();
    const bytes = await readFile(scene.at(WEIGHTS));
    await writeFile(scene.at(WEIGHTS), bytes.fill(0, BLOCK_BYTES, 2 * BLOCK_BYTES));
    const app = await scene.start();
    await app.manager.repairModel(scene.config('tiny'));
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(BLOCK_BYTES);
  });

  it('D11: that is a byte short is not installed any more, and gets that one byte', async () => {
    await scene.installed();
    await truncate(scene.at(WEIGHTS), sizeOf('tiny') - 1);
    const app = await scene.start();
    expect(app.state().kind).not.toBe('installed');
    await app.ensure();
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(1);
  });

  it('D12: keeps a foreign file beside it, and takes it along when it goes', async () => {
    await scene.installed();
    await writeFile(scene.at('tiny/notes.txt'), 'mine');
    const app = await scene.start();
    await scene.expectInstalled(app);
    expect(await readFile(scene.at('tiny/notes.txt'), 'utf8')).toBe('mine');
    await app.remove();
    expect(existsSync(scene.at('tiny'))).toBe(false);
  });

  it('D12: counts no record that a kill left without its name, and clears it away when it is old', async () => {
    await scene.installed();
    const leftovers = ['tiny/model.json', '.staging/unknown/plan.json', 'record'].map(
      (name) => `${name}.0123456789ab.tmp`,
    );
    await mkdir(scene.at('.staging/unknown'), { recursive: true });
    for (const name of leftovers) await writeFile(scene.at(name), 'x'.repeat(100_000));
    const app = await scene.start();
    const { storage } = app.manager.getSnapshot();
    expect(storage.usedBytes).toBeLessThan(sizeOf('tiny') + 50_000);
    // Somebody may still be writing them.
    expect(leftovers.filter((name) => existsSync(scene.at(name)))).toEqual(leftovers);
    await app.close();

    const longAgo = new Date(Date.now() - 61_000);
    for (const name of leftovers) await utimes(scene.at(name), longAgo, longAgo);
    await scene.expectInstalled(await scene.start());
    expect(leftovers.filter((name) => existsSync(scene.at(name)))).toEqual([]);
  });

  it('D13: never touches a folder that belongs to no model', async () => {
    await mkdir(scene.at('copied by hand'), { recursive: true });
    await writeFile(scene.at('copied by hand/model.gguf'), bytesOf('other'));
    await scene.installed();
    const app = await scene.start();
    await app.remove();
    expect(await readFile(scene.at('copied by hand/model.gguf'))).toEqual(bytesOf('other'));
  });

  it('D13: is what a copy by hand becomes, by reading alone', async () => {
    await mkdir(scene.at('tiny'), { recursive: true });
    await writeFile(scene.at(WEIGHTS), bytesOf('tiny'));
    const app = await scene.start();
    expect(app.state().kind).not.toBe('installed');
    await app.ensure();
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(0);
  });

  it('D14: whose file was deleted is not there, nor chosen, and comes with one press', async () => {
    const database = await createInMemoryDatabase();
    await scene.installed('tiny', { database });
    const before = await scene.open({ database });
    await before.settings.setSelectedModelId('tiny');
    await rm(scene.at(WEIGHTS));
    const app = await scene.start({ database });
    expect(app.state().kind).toBe('absent');
    expect(await app.settings.isModelDownloaded('tiny')).toBe(false);
    expect(await app.settings.getSelectedModelId()).not.toBe('tiny');
  });

  it('D17: never mixes with what lies under its name', async () => {
    await mkdir(scene.at('tiny'), { recursive: true });
    const foreign = Buffer.concat([bytesOf('other'), bytesOf('tiny')]);
    await writeFile(scene.at(WEIGHTS), foreign);
    await writeFile(scene.at('tiny/model.json'), '{"version":1}');
    const app = await scene.start();
    expect(app.state().kind).not.toBe('installed');
    await app.ensure();
    await scene.expectInstalled(app);
  });

  it('D21: is found wherever its folder was moved to, for no row says where that is', async () => {
    const database = await createInMemoryDatabase();
    await scene.installed('tiny', { database });
    const moved = join(scene.base, 'models of the next version');
    await rename(scene.folder, moved);
    scene.use(moved);
    const app = await scene.start({ database });
    await scene.expectInstalled(app);
    const { downloadedModels } = await app.settings.getSettings();
    expect(downloadedModels).toMatchObject([{ modelId: 'tiny', ptePath: WEIGHTS }]);
    expect(JSON.stringify(downloadedModels)).not.toContain(scene.base);
  });

  it('D22: that a backup left out is not there, and comes back with one press', async () => {
    const database = await createInMemoryDatabase();
    await scene.installed('tiny', { database });
    await rm(scene.folder, { recursive: true });
    const app = await scene.start({ database });
    expect(app.state().kind).toBe('absent');
    expect((await app.settings.getSettings()).downloadedModels).toEqual([]);
    await app.ensure();
    await scene.expectInstalled(app);
  });
});

describe('what is no file where one should be', () => {
  const fifo = (place: string) => void execFileSync('mkfifo', [place]);
  const outside = () => join(scene.base, 'outside');

  it.each([
    ['weights: a link', WEIGHTS, (place: string) => symlink(join(outside(), 'canary'), place)],
    ['weights: a pipe', WEIGHTS, (place: string) => fifo(place)],
    ['weights: a folder', WEIGHTS, (place: string) => mkdir(place)],
    ['model folder: a file', 'tiny', (place: string) => writeFile(place, 'a file')],
    ['partial file: a link', PART, (place: string) => symlink(join(outside(), 'canary'), place)],
    ['partial file: a pipe', PART, (place: string) => fifo(place)],
    ['partial file: a folder', PART, (place: string) => mkdir(place)],
  ])('D15: %s is never followed, and Remove and Retry lead on', async (_, path, replace) => {
    if (path === PART) await scene.halfWay();
    else await scene.installed();
    await rm(scene.at(path), { recursive: true });
    await replace(scene.at(path));
    const app = await scene.start();
    expect(app.state().kind).not.toBe('installed');
    // Whether it can come while that stands in the way or not: it says what it is.
    if ((await codeOf(app.ensure())) === 'done') await scene.expectInstalled(app);
    else expect(app.state().kind).not.toBe('installed');
    await app.remove();
    expect(app.state().kind).toBe('absent');
    expect(await lstat(scene.at(path)).catch(() => undefined)).toBeUndefined();
  });

  it('D15: record: a pipe without an end holds nobody up', async () => {
    await scene.installed();
    await rm(scene.at('tiny/model.json'));
    fifo(scene.at('tiny/model.json'));
    // In a process of its own: who opens it waits for ever, and can't be called off.
    const { code, out } = await runCli(scene, ['--list'], { timeout: 15_000 });
    // Gone before anything else is looked at, which would wait as well.
    await rm(scene.at('tiny/model.json'));
    expect(code).toBe(0);
    expect(out).toMatch(/tiny +not downloaded/);
  });
});

describe('names', () => {
  const entry = () => scene.config('tiny');

  it('D18: that differ only in case are a clash before any byte', () => {
    const catalogText = JSON.stringify({
      version: 1,
      models: [
        entry(),
        { ...entry(), modelId: 'twin', folderName: 'TINY' },
        {
          ...entry(),
          modelId: 'two',
          folderName: 'two',
          tokenizerFileName: 'Tokenizer_Config.JSON',
        },
      ],
    });
    const { models, problems } = loadModels({ catalogText, hubEndpoint: scene.hub.endpoint });
    expect(models.map(({ modelId }) => modelId)).toContain('tiny');
    expect(problems.map(({ modelId }) => modelId)).toEqual(['twin', 'two']);
  });

  it.each([
    ['D19', 'décomposé.gguf'.normalize('NFD')],
    ['D19', 'a\u202egguf.exe'],
    ['D19', `${'n'.repeat(300)}.gguf`],
    ['D20', 'CON'],
    ['D20', 'aux.gguf'],
    ['D20', 'a:b'],
    ['D20', 'trailing.'],
    ['D20', 'trailing '],
    ['D20', 'back\\slash'],
  ])('%s: %.40j is refused by every host alike, in a catalog too', async (_, name) => {
    const files = createNodeFileStore(scene.folder);
    expect(await codeOf(files.writeText(`tiny/${name}`, 'x'))).toBe('NAME_INVALID');
    const catalogText = { version: 1, models: [{ ...entry(), ggufFileName: name }] };
    expect(parseCatalog(JSON.stringify(catalogText)).models).toEqual([]);
  });

  it.each([['émoji 🦙.gguf'], ['模型.gguf'], [`${'n'.repeat(190)}.gguf`]])(
    'D19: %j is kept as it is',
    async (name) => {
      const files = createNodeFileStore(scene.folder);
      await files.writeText(`tiny/${name}`, 'x');
      expect(await files.list('tiny')).toMatchObject([{ path: `tiny/${name}` }]);
    },
  );
});

describe('a partial download', () => {
  const journalOf = (endBytes: number) =>
    formatJournal(
      {
        synced: [{ startBytes: 0, endBytes }],
        written: [{ startBytes: 0, endBytes }],
        digests: [],
        versions: [],
      },
      { totalBytes: sizeOf('tiny'), bootId: bootId() },
    );

  it('D30: that has its whole length and no record of what landed has nothing', async () => {
    await scene.halfWay();
    await writeFile(scene.at(PART), Buffer.alloc(sizeOf('tiny')));
    await rm(scene.at(`${PART}.journal`));
    const app = await scene.start();
    expect(app.state()).toMatchObject({ kind: 'paused', receivedBytes: 0 });
    await app.ensure();
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(sizeOf('tiny'));
  });

  it('D31: that is longer than its record, even than the model, ends where the model does', async () => {
    await scene.halfWay();
    const kept = await scene.landedBytes('tiny');
    await writeFile(scene.at(PART), Buffer.alloc(sizeOf('tiny'), 7), { flag: 'a' });
    const app = await scene.start();
    expect(app.state()).toMatchObject({ kind: 'paused', receivedBytes: kept });
    await app.ensure();
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(sizeOf('tiny') - kept);
  });

  it('D31: that had every byte and a few more is no model with a few more', async () => {
    await scene.halfWay();
    await writeFile(scene.at(PART), Buffer.concat([bytesOf('tiny'), Buffer.from('and more')]));
    await writeFile(scene.at(`${PART}.journal`), journalOf(sizeOf('tiny')));
    const app = await scene.start();
    await app.ensure();
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBeLessThanOrEqual(BLOCK_BYTES);
  });

  it('D32: that is shorter than its record has what is really there', async () => {
    await scene.halfWay();
    await writeFile(scene.at(PART), bytesOf('tiny').subarray(0, 10_000));
    await writeFile(scene.at(`${PART}.journal`), journalOf(40_000));
    const app = await scene.start();
    expect(app.state()).toMatchObject({ kind: 'paused', receivedBytes: 10_000 });
    await app.ensure();
    await scene.expectInstalled(app);
    expect(scene.sentBytes()).toBe(sizeOf('tiny') - 10_000);
  });

  it('D33: with a bad byte among those that landed gets its block again, not everything', async () => {
    await scene.installed();
    const app = await scene.start();
    // What a repair begins with: everything landed, every block's digest known.
    await flipByte(scene.at(WEIGHTS), 5 * BLOCK_BYTES);
    await app.manager.repairModel(scene.config('tiny'));
    expect(scene.sentBytes()).toBe(BLOCK_BYTES);
    await app.remove();
    await scene.halfWay();
    await flipByte(scene.at(PART), 5);
    await app.ensure();
    await scene.expectInstalled(app);
  });

  it('D34: counts as used, as do the remains of a removal, which the next start removes', async () => {
    await scene.installed();
    await scene.halfWay('other');
    await mkdir(scene.at('.trash/tiny'), { recursive: true });
    await rename(scene.at(WEIGHTS), scene.at('.trash', WEIGHTS));
    await rename(scene.at('tiny/model.json'), scene.at('.trash/tiny/model.json'));
    const app = await scene.start();
    await scene.expectTrueUsage(app);
    expect(await readdir(scene.at('.trash'))).toEqual([]);
    expect(await app.manager.getModelSize(scene.config('other'))).toBeGreaterThan(0);
  });
});
