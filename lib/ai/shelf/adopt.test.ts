import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ENDPOINT, MODEL, WEIGHTS } from '../../../tests/modelFixture';
import { wholeOf } from '../../../tests/hub/content';
import type { Hub } from '../../../tests/hub/server';
import { REPO, startTrustHub, tagged } from '../../../tests/trust/served';
import { createUnkeptSettings } from '../../db/unkeptSettings';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import { createShelf, type Shelf } from '../createShelf';

let shelf: Shelf | undefined;
afterEach(() => shelf?.close());

describe('Shelf.adopt in memory', () => {
  async function open(world = createMemoryWorld(), isBrowser = false) {
    const host = isBrowser ? { foreignFiles: undefined } : {};
    const made = createMemoryPlatform({ world, hubEndpoint: ENDPOINT });
    const platform = { ...made, host: { ...made.host, ...host } } as typeof made;
    shelf = await createShelf({ platform, models: [MODEL], settings: createUnkeptSettings() });
    return { world, shelf };
  }

  it('takes the file, shows its states and returns where it is', async () => {
    const { world, shelf: opened } = await open();
    world.disk.outside.set('/data/old/weights', WEIGHTS);
    const kinds = new Set<string>();
    const onProgress = ({ kind }: { kind: string }) => kinds.add(kind);
    const paths = await opened.adopt(MODEL.modelId, '/data/old', { onProgress });
    expect(paths.weights.relativePath).toBe('tiny/tiny.gguf');
    expect(world.disk.files.get('tiny/tiny.gguf')).toEqual(WEIGHTS);
    expect(world.disk.outside.size).toBe(0);
    expect([...kinds]).toContain('installed');
  });

  it.each([{ isBrowser: true }, { isBrowser: false }])(
    'is `ensure` without a folder, and on hosts that reach none: %j',
    async ({ isBrowser }) => {
      const { world, shelf: opened } = await open(createMemoryWorld(), isBrowser);
      world.web.files.set(MODEL.ggufSource.kind === 'remote' ? MODEL.ggufSource.url : '', WEIGHTS);
      world.disk.outside.set('/data/old/weights', WEIGHTS);
      await opened.adopt(MODEL.modelId, isBrowser ? '/data/old' : undefined);
      expect(world.disk.files.get('tiny/tiny.gguf')).toEqual(WEIGHTS);
      expect(world.disk.outside.size).toBe(1);
    },
  );

  it('rejects for a signal that has been aborted, an unknown model and a relative path', async () => {
    const { world, shelf: opened } = await open();
    world.disk.outside.set('/data/old/weights', WEIGHTS);
    const { modelId } = MODEL;
    const signal = AbortSignal.abort();
    const aborted = opened.adopt(modelId, '/data/old', { signal });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect(opened.adopt('other', '/data/old')).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
    await expect(opened.adopt(modelId, 'old')).rejects.toMatchObject({ code: 'NAME_INVALID' });
    expect(world.disk.outside.size).toBe(1);
  });
});

describe('Shelf.adopt on a disk, in front of the local hub', () => {
  let hub: Hub;
  let base: string;

  beforeEach(async () => {
    hub = await startTrustHub();
    base = await mkdtemp(join(tmpdir(), 'modelshelf-adopt-'));
  });
  afterEach(async () => {
    await shelf?.close();
    await hub.close();
    await rm(base, { recursive: true, force: true });
  });

  const NAMES = ['tiny.pte', 'tokenizer.json', 'tokenizer_config.json'];

  it('installs three files by the hub’s digests, and the hub sends none of their bytes', async () => {
    const old = join(base, 'old 100% #1');
    await mkdir(old);
    for (const name of NAMES) {
      const content = REPO.files[name]?.content;
      await writeFile(join(old, `4711_${name}`), content ? wholeOf(content) : '');
    }
    await writeFile(join(old, 'another'), 'their own');
    const modelsFolder = join(base, 'models');
    const platform = createNodePlatform({
      ...{ modelsFolder, runtime: 'executorch', hubEndpoint: hub.endpoint },
      ...{ catalogText: undefined, token: undefined },
    });
    const model = tagged(hub);
    shelf = await createShelf({ platform, models: [model] });
    const paths = await shelf.adopt(model.modelId, pathToFileURL(old).href);
    const content = REPO.files['tiny.pte']?.content;
    expect(await readFile(paths.weights.path ?? '')).toEqual(
      Buffer.from(content ? wholeOf(content) : ''),
    );
    expect(await readdir(old)).toEqual(['another']);
    expect(await readdir(join(modelsFolder, '.adopting'))).toEqual([]);
    const downloads = hub.log.filter(({ path }) => path.includes('/resolve/'));
    expect(downloads).toEqual([]);
    await shelf.verify(model.modelId);
  });
});
