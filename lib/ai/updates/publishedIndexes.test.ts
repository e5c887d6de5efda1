/** What an update of a catalog's model transfers, by the indexes that `modelshelf publish` puts beside its files. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CHATML } from '../../../scripts/demoModel/parts';
import { writeFileIndex } from '../../../scripts/shelf/writeFileIndex';
import { startStaticHost, type StaticHost } from '../../../tests/staticHost';
import {
  createUpdateScene,
  FILE,
  pinnedTalker,
  talker,
  talkerRepo,
  type UpdateScene,
} from '../../../tests/updateScene';
import type { HubFile } from '../../../tests/hub/repos';
import type { Shelf } from '../createShelf';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { withSources } from '../runtimes/notation';

const FIRST = talker('The first version speaks.');
const SECOND = talker('The first version speaks.', `{# better #}${CHATML}`);
const REPO = talkerRepo();

let scene: UpdateScene;
let www: string;
let host: StaticHost;
beforeEach(async () => {
  scene = await createUpdateScene([]);
  www = await mkdtemp(join(tmpdir(), 'modelshelf-www-'));
  host = await startStaticHost(www);
});
afterEach(async () => {
  host.close();
  await scene.close();
  await rm(www, { recursive: true, force: true });
});

const indexPath = ({ content }: HubFile) => `indexes/${content.digest('sha256')}.json`;

/** The model as a catalog states it after the file was published. */
async function publish(file: HubFile): Promise<LlmModelConfig> {
  const { content } = file;
  const [digest, path] = [content.digest('sha256'), indexPath(file)];
  const place = join(www, 'files', digest, FILE);
  await mkdir(dirname(place), { recursive: true });
  await mkdir(join(www, 'indexes'), { recursive: true });
  await writeFile(place, content.read(0, content.sizeBytes));
  const { index } = await writeFileIndex(place, join(www, path));
  const provenance = { repository: REPO.name, commit: digest.slice(0, 40) };
  const model = { ...pinnedTalker(REPO, 'listed'), provenance };
  return withSources(model, () => ({
    ...{ kind: 'remote', url: `${host.url}/files/${digest}/${FILE}` },
    ...{ sizeBytes: content.sizeBytes, sha256: digest },
    index: { ...index, url: `${host.url}/${path}` },
  }));
}

/** The first version is installed from its catalog, which states the second one now. */
async function begin(first: (model: LlmModelConfig) => LlmModelConfig = (model) => model) {
  const shelf = await scene.open();
  shelf.registry.offer([first(await publish(FIRST))]);
  await shelf.ensure('listed');
  const found = until(shelf, () => stated(shelf) !== undefined);
  shelf.registry.offer([await publish(SECOND)]);
  await found;
  return shelf;
}

const stated = (shelf: Shelf) => shelf.updates.getSnapshot().updates['listed'];

function until(shelf: Shelf, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = shelf.updates.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

const asked = (from: number) => host.log.slice(from).map(({ path }) => path);
const fetchedBytes = (from: number) =>
  host.log
    .slice(from)
    .filter(({ path }) => path.startsWith('/files/'))
    .reduce((sum, { sentBytes }) => sum + sentBytes, 0);

describe('an update of a published model', () => {
  it('states exactly what it will transfer, without reading the installed file', async () => {
    const shelf = await begin();
    expect(stated(shelf)).toMatchObject({ downloadBytes: SECOND.content.sizeBytes });
    expect(stated(shelf)).not.toHaveProperty('isCompared');
    // A file that can't be read any more changes nothing.
    const installed = join(scene.folder, 'listed', FILE);
    const bytes = await readFile(installed);
    await rm(installed);
    const from = host.log.length;
    await shelf.updates.look();
    expect(asked(from).sort()).toEqual([FIRST, SECOND].map((file) => `/${indexPath(file)}`).sort());
    const { downloadBytes = Infinity, isCompared } = stated(shelf) ?? {};
    expect(isCompared).toBe(true);
    expect(downloadBytes).toBeLessThan(SECOND.content.sizeBytes / 4);
    await writeFile(installed, bytes);
    const begun = host.log.length;
    await shelf.updates.update('listed');
    expect(await scene.installed(shelf, 'listed')).toBe(SECOND.content.digest('sha256'));
    expect(fetchedBytes(begun)).toBe(downloadBytes);
  });

  it('keeps what it has stated for the next start, and asks for no index again', async () => {
    const shelf = await begin();
    await shelf.updates.look();
    const { downloadBytes } = stated(shelf) ?? {};
    await shelf.close();
    const from = host.log.length;
    const again = await scene.open({ models: [await publish(SECOND)] });
    expect(stated(again)).toMatchObject({ downloadBytes, isCompared: true });
    await again.updates.look();
    expect(stated(again)).toMatchObject({ downloadBytes, isCompared: true });
    expect(asked(from)).toEqual([]);
    // What a list doesn't state any more is no update.
    const gone = until(again, () => stated(again) === undefined);
    again.registry.offer([await publish(FIRST)]);
    await gone;
  });

  it('goes back, and states the same again', async () => {
    const shelf = await begin();
    await shelf.updates.look();
    const { downloadBytes } = stated(shelf) ?? {};
    await shelf.updates.update('listed');
    expect(stated(shelf)).toBeUndefined();
    await shelf.updates.goBack('listed');
    await shelf.updates.release('listed');
    await shelf.updates.look();
    expect(stated(shelf)).toMatchObject({ downloadBytes, isCompared: true });
  });

  it.each<[string, () => Promise<void>]>([
    ['gone', () => rm(join(www, indexPath(FIRST)))],
    ['another one', () => writeFile(join(www, indexPath(FIRST)), '{"version":1}')],
    [
      'changed in one letter',
      async () => {
        const path = join(www, indexPath(FIRST));
        const text = await readFile(path, 'utf8');
        const names = text.indexOf('"names":"') + 9;
        const other = text[names] === '0' ? '1' : '0';
        await writeFile(path, text.slice(0, names) + other + text.slice(names + 1));
      },
    ],
  ])('states the whole file as the most where the old index is %s', async (_, spoil) => {
    const shelf = await begin();
    await spoil();
    await shelf.updates.look();
    expect(stated(shelf)).toMatchObject({ downloadBytes: SECOND.content.sizeBytes });
    expect(stated(shelf)).not.toHaveProperty('isCompared');
    // The installed file itself tells the same, once the update has begun.
    const from = host.log.length;
    await shelf.updates.update('listed');
    expect(fetchedBytes(from)).toBeLessThan(SECOND.content.sizeBytes / 4);
  });

  it('states the whole file as the most where it was installed without an index', async () => {
    const withoutIndex = (source: ModelSource): ModelSource => {
      if (source.kind !== 'remote') return source;
      const { index: _index, ...rest } = source;
      return rest;
    };
    const shelf = await begin((model) => withSources(model, withoutIndex));
    const from = host.log.length;
    await shelf.updates.look();
    expect(asked(from)).toEqual([]);
    expect(stated(shelf)).not.toHaveProperty('isCompared');
  });

  it('remembers the index of the version that has arrived, though a third one is stated meanwhile', async () => {
    const shelf = await begin();
    const third = await publish(talker('The first version speaks.', `{# third #}${CHATML}`));
    const updating = shelf.updates.update('listed');
    shelf.registry.offer([third]);
    await updating;
    expect(await scene.installed(shelf, 'listed')).toBe(SECOND.content.digest('sha256'));
    const manifest = await readFile(join(scene.folder, 'listed/model.json'), 'utf8');
    expect(manifest).toContain(indexPath(SECOND));
  });
});
