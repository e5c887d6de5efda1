import { link, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createNodeDownloader } from '../../lib/platform/node/nodeDownloader';
import { createNodeWeb } from '../../lib/platform/node/http/nodeRequest';
import { bytesOf } from './diskFixture';
import { createDiskScene, flipByte } from './diskScene';

const scene = createDiskScene();
const outside = (name = 'mine') => join(scene.base, 'outside', name);

/** Gives a file of the store a second name, outside of it. */
async function shareFile(...path: string[]): Promise<Buffer> {
  await link(scene.at(...path), outside());
  return readFile(outside());
}

describe('a file that has a second name somewhere else', () => {
  it('stays as it is there while a model is repaired', async () => {
    await scene.installed();
    await flipByte(scene.at('tiny/tiny.gguf'), 40_000);
    const before = await shareFile('tiny/tiny.gguf');
    const app = await scene.start();
    await app.manager.repairModel(scene.config('tiny'));
    await scene.expectInstalled(app);
    expect(before.equals(await readFile(outside()))).toBe(true);
    expect(scene.sentBytes()).toBeLessThan(bytesOf('tiny').length);
  });

  it('stays as it is there when a copy by hand is completed', async () => {
    await mkdir(scene.at('tiny'), { recursive: true });
    const mine = bytesOf('tiny').subarray(0, 100_000);
    await writeFile(outside(), mine);
    await link(outside(), scene.at('tiny/tiny.gguf'));
    const app = await scene.start();
    await app.ensure();
    await scene.expectInstalled(app);
    expect(mine.equals(await readFile(outside()))).toBe(true);
  });

  it.each(['tiny.gguf.part', 'tiny.gguf.part.journal', 'plan.json'])(
    'stays as it is there when it lies in staging as %s',
    async (name) => {
      await scene.halfWay();
      const keptBytes = await scene.landedBytes('tiny');
      const before = await shareFile('.staging/tiny', name);
      const app = await scene.start();
      await app.ensure();
      await scene.expectInstalled(app);
      expect(before.equals(await readFile(outside()))).toBe(true);
      expect(scene.sentBytes()).toBe(bytesOf('tiny').length - keptBytes);
    },
  );

  it('stays there when the model is removed, and costs no copy', async () => {
    await scene.installed();
    const before = await shareFile('tiny/tiny.gguf');
    const { ino } = await stat(outside());
    const app = await scene.start();
    await app.remove();
    expect(before.equals(await readFile(outside()))).toBe(true);
    expect((await stat(outside())).ino).toBe(ino);
  });

  it('isn’t written to by a download or a copy to its name in the store', async () => {
    const web = createNodeWeb({
      hubEndpoint: scene.hub.endpoint,
      token: undefined,
      userAgent: 't',
    });
    const bundledFolder = join(scene.base, 'models-bundled');
    await mkdir(bundledFolder);
    await writeFile(join(bundledFolder, 'demo'), 'packaged');
    const downloader = createNodeDownloader({ root: scene.folder, web, bundledFolder });
    await mkdir(scene.folder);
    await writeFile(outside(), 'mine');
    await link(outside(), scene.at('demo'));
    await downloader.copyBundled('demo', 'demo', new AbortController().signal);
    expect(await readFile(scene.at('demo'), 'utf8')).toBe('packaged');
    await link(outside(), scene.at('second'));
    const { url } = scene.config('other').ggufSource as { url: string };
    const whole = {
      offsetBytes: 0,
      endBytes: undefined,
      expectedBytes: undefined,
      versions: undefined,
      acceptsWhole: true,
      isRest: true,
    };
    const nothing = () => undefined;
    const fetching = downloader.fetchFile(
      { url, path: 'second', ...whole },
      { onAnswer: nothing, onProgress: nothing, onUnderway: nothing },
      new AbortController().signal,
    );
    await expect(fetching).rejects.toMatchObject({ code: 'DISK_IO' });
    expect(await readFile(outside(), 'utf8')).toBe('mine');
    web.close();
  });
});
