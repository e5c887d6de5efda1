/** Updates of models against the local hub, on a real disk, with the real engine. */
import { afterEach, describe, expect, it } from 'vitest';

import {
  createUpdateScene,
  FILE,
  pinnedTalker,
  talker,
  talkerRepo,
  type OpenOptions,
  type UpdateScene,
} from '../../../tests/updateScene';
import { bytesContent } from '../../../tests/hub/content';
import type { HubRepo } from '../../../tests/hub/repos';
import { ModelError } from '../../errors';
import type { LlmEngine } from '../../platform/types';
import type { Shelf } from '../createShelf';
import type { LlmModelConfig } from '../modelConfig';
import { atEndpoint } from '../registry/atEndpoint';

const REPO = talkerRepo();
const SECOND = talker('A second version is here.');

const THIRD = talker('Third time it works now.');
const FIRST_SHA = REPO.files[FILE]?.content.digest('sha256');
const SECOND_SHA = SECOND.content.digest('sha256');

/** As a catalog states it. */
function listed(repo: HubRepo): LlmModelConfig {
  const { provenance: _, ...model } = pinnedTalker(repo, 'listed');
  return atEndpoint(model, scene.hub.endpoint);
}

let scene: UpdateScene;
afterEach(() => scene.close());

/** The first version, added from the hub and installed. */
async function begin(
  options: OpenOptions = {},
  repos: readonly HubRepo[] = [REPO],
): Promise<Shelf> {
  scene = await createUpdateScene(repos);
  const shelf = await scene.open(options);
  for (const [index, repo] of repos.entries()) {
    const modelId = index === 0 ? 'talker' : `talker-${String(index + 1)}`;
    await shelf.add(pinnedTalker(repo, modelId), 'hub');
    await shelf.ensure(modelId);
  }
  scene.takeRequests();
  return shelf;
}

const readme = (text: string) => ({ content: bytesContent(text), lfs: false });

describe('looking for updates', () => {
  it('costs one request for each repository whose branch hasn’t moved, however many models there are', async () => {
    const many = Array.from({ length: 30 }, (_, index) => {
      return { ...REPO, name: `you/talker-${String(index)}` };
    });
    scene = await createUpdateScene(many);
    const shelf = await scene.open();
    for (const [index, repo] of many.entries()) {
      await shelf.add(pinnedTalker(repo, `talker-${String(index)}`), 'hub');
      await shelf.ensure(`talker-${String(index)}`);
    }
    scene.takeRequests();
    const found = await shelf.updates.look();
    expect(found).toMatchObject({ updates: [], problems: {}, stoppedBy: undefined });
    expect(scene.takeRequests()).toEqual({ api: many.length, file: 0 });
  }, 120_000);

  it('finds nothing where only other files of the repository have changed', async () => {
    const shelf = await begin();
    scene.moveOn(REPO, { 'README.md': readme('# Better words\n') });
    expect((await shelf.updates.look()).updates).toEqual([]);
    expect(scene.takeRequests()).toEqual({ api: 2, file: 0 });
  });

  it('tells the date, the bytes, what has changed and the licence, and keeps it for the next start', async () => {
    const shelf = await begin();
    const moved = scene.moveOn({ ...REPO }, { [FILE]: SECOND });
    scene.hub.repos.set(REPO.name, { ...moved, license: { license: 'apache-2.0' } });
    const { updates } = await shelf.updates.look();
    const bytes = SECOND.content.sizeBytes;
    const expected = {
      ...{ modelId: 'talker', origin: 'hub', dateMs: Date.parse('2026-11-20T10:00:00.000Z') },
      ...{ downloadBytes: bytes, totalBytes: bytes, license: { from: 'mit', to: 'apache-2.0' } },
    };
    expect(updates).toMatchObject([expected]);
    await shelf.close();
    const next = await scene.open();
    scene.takeRequests();
    expect(next.updates.getSnapshot().updates['talker']).toMatchObject(expected);
    expect(scene.takeRequests()).toEqual({ api: 0, file: 0 });
  });

  it('tells a changed chat template from changed weights, by the headers', async () => {
    const shelf = await begin();
    const template = '{% for m in messages %}{{ m.content }}{% endfor %}';
    scene.moveOn(REPO, { [FILE]: talker('The first version speaks.', template) });
    expect((await shelf.updates.look()).updates).toMatchObject([{ changes: ['template'] }]);
  });

  it('U6: says that the source is gone, while the installed model goes on working', async () => {
    const shelf = await begin();
    scene.hub.repos.delete(REPO.name);
    const gone = await shelf.updates.look();
    expect(gone.problems['talker']?.code).toMatch(/HTTP_(NOT_FOUND|DENIED)/);
    expect(await scene.installed(shelf, 'talker')).toBe(FIRST_SHA);
    scene.hub.repos.set(REPO.name, { ...REPO, gated: 'manual' });
    scene.moveOn(REPO, { [FILE]: undefined });
    const removed = await shelf.updates.look();
    expect(removed).toMatchObject({
      updates: [],
      problems: { talker: { code: 'HTTP_NOT_FOUND' } },
    });
    expect(await scene.installed(shelf, 'talker')).toBe(FIRST_SHA);
  });

  it('stops at the first model without a connection, and forgets nothing that was found', async () => {
    const shelf = await begin({}, [REPO, talkerRepo('you/other')]);
    scene.moveOn(REPO, { [FILE]: SECOND });
    await shelf.updates.look();
    await scene.hub.close();
    const found = await shelf.updates.look();
    expect(found).toMatchObject({ updates: [], stoppedBy: { code: 'NET_OFFLINE' } });
    expect(shelf.updates.getSnapshot().updates['talker']).toBeDefined();
  });

  it('shows the same while the bytes of another model arrive', async () => {
    const other = talkerRepo('you/other');
    scene = await createUpdateScene([REPO, other]);
    const shelf = await scene.open();
    await shelf.add(pinnedTalker(REPO), 'hub');
    await shelf.ensure('talker');
    scene.moveOn(REPO, { [FILE]: SECOND });
    await shelf.updates.look();
    await shelf.add(pinnedTalker(other, 'other'), 'hub');
    const shown = new Set<unknown>();
    const kinds = new Set<string>();
    const stop = shelf.subscribe(() => {
      const { kind } = shelf.getSnapshot().states['other'] ?? { kind: 'absent' };
      if (kind === 'absent' || kind === 'installed') return;
      kinds.add(kind);
      shown.add(shelf.updates.getSnapshot());
    });
    await shelf.ensure('other');
    stop();
    expect([...kinds]).toEqual(expect.arrayContaining(['waiting', 'downloading']));
    expect(shown.size).toBe(1);
  });

  it('follows the tag that a model was added from, and a commit never moves on', async () => {
    const shelf = await begin();
    const config = pinnedTalker(REPO, 'pinned');
    const provenance = { repository: REPO.name, commit: REPO.commit, revision: REPO.commit };
    await shelf.remove('talker');
    await shelf.forget('talker');
    await shelf.add({ ...config, provenance }, 'hub');
    await shelf.ensure('pinned');
    scene.moveOn(REPO, { [FILE]: SECOND });
    expect(await shelf.updates.look()).toMatchObject({ updates: [], problems: {} });
  });
});

describe('an update', () => {
  it('comes beside the installed version, takes over, and goes back without a network', async () => {
    const shelf = await begin({ engine: (engine) => engine });
    scene.moveOn(REPO, { [FILE]: SECOND });
    await shelf.updates.look();
    const steps: string[] = [];
    const kinds: (string | undefined)[] = [];
    shelf.updates.subscribe(() => {
      const step = shelf.updates.getSnapshot().steps['talker'];
      if (step && steps.at(-1) !== step.kind) steps.push(step.kind);
    });
    shelf.subscribe(() => kinds.push(shelf.getSnapshot().states['talker']?.kind));
    await shelf.updates.update('talker');
    expect(steps).toEqual(['bringing', 'waiting', 'trying']);
    expect([...new Set(kinds)], 'it is installed all the time').toEqual(['installed']);
    expect(await scene.ask(shelf, 'talker')).toBe('A second version is here.');
    expect(shelf.updates.getSnapshot()).toMatchObject({ updates: {}, failures: {}, steps: {} });
    expect(shelf.updates.getSnapshot().earlier['talker']).toBe(REPO.files[FILE]?.content.sizeBytes);
    await scene.hub.close();
    await shelf.updates.goBack('talker');
    expect(await scene.ask(shelf, 'talker')).toBe('The first version speaks.');
    expect(shelf.updates.getSnapshot().held['talker']).toMatchObject({ reason: 'went-back' });
    await expect(shelf.updates.update('talker')).rejects.toMatchObject({ code: 'MODEL_HELD' });
    await shelf.updates.goBack('talker');
    expect(await scene.ask(shelf, 'talker')).toBe('A second version is here.');
    expect(shelf.updates.getSnapshot().held).toEqual({});
    await shelf.manager.deleteModel(pinnedTalker(REPO));
    expect(await scene.folders()).toEqual([]);
  });

  it('of a catalog’s model is known without a request, with its notes', async () => {
    const shelf = await begin();
    const moved = scene.moveOn(REPO, { [FILE]: SECOND });
    shelf.registry.offer([listed(REPO)]);
    await shelf.ensure('listed');
    scene.takeRequests();
    shelf.registry.offer([{ ...listed(moved), notes: 'Answers better.' }]);
    await until(shelf, () => shelf.updates.getSnapshot().updates['listed'] !== undefined);
    expect(shelf.updates.getSnapshot().updates['listed']).toMatchObject({
      ...{ origin: 'list', notes: 'Answers better.', changes: ['weights'] },
    });
    expect(await scene.installed(shelf, 'listed')).toBe(FIRST_SHA);
    await shelf.verify('listed');
    expect(scene.takeRequests()).toEqual({ api: 0, file: 0 });
    await shelf.updates.update('listed');
    expect(await scene.installed(shelf, 'listed')).toBe(SECOND_SHA);
  });

  it('U7: leaves the old version where its download fails, and goes on with the bytes that arrived', async () => {
    const shelf = await begin();
    scene.moveOn(REPO, { [FILE]: SECOND });
    await shelf.updates.look();
    scene.hub.faults.push({ origin: 'cdn', times: 1000, fault: { status: 404 } });
    await expect(shelf.updates.update('talker')).rejects.toBeInstanceOf(ModelError);
    expect(shelf.updates.getSnapshot().failures['talker']).toBeDefined();
    expect(await scene.installed(shelf, 'talker')).toBe(FIRST_SHA);
    expect(shelf.updates.getSnapshot().updates['talker'], 'it can be tried again').toBeDefined();
    scene.hub.reset();
    scene.hub.repos.set(REPO.name, scene.moveOn(REPO, { [FILE]: SECOND }));
    await shelf.updates.update('talker');
    expect(await scene.installed(shelf, 'talker')).toBe(SECOND_SHA);
  });

  it('doesn’t take over where it fails its trial, says why, and leaves no bytes', async () => {
    const refusing = (engine: LlmEngine): LlmEngine => ({
      ...engine,
      load(request, options) {
        if (!request.ptePath.startsWith('.update')) return engine.load(request, options);
        throw new ModelError('LOAD_FAILED', { path: request.ptePath, reason: 'no such layer' });
      },
    });
    const shelf = await begin({ engine: refusing });
    scene.moveOn(REPO, { [FILE]: SECOND });
    await shelf.updates.look();
    await expect(shelf.updates.update('talker')).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect(shelf.updates.getSnapshot().failures['talker']).toMatchObject({ code: 'LOAD_FAILED' });
    expect(await scene.installed(shelf, 'talker')).toBe(FIRST_SHA);
    expect(shelf.updates.wantedIds()).toEqual([]);
    expect((await scene.folders()).filter((path) => path.startsWith('.'))).toEqual([]);
  });

  it('C12: goes on with its version while a newer one is stated, which comes next', async () => {
    const shelf = await begin();
    const second = scene.moveOn(REPO, { [FILE]: SECOND });
    const third = scene.moveOn(REPO, { [FILE]: THIRD });
    shelf.registry.offer([listed(REPO)]);
    await shelf.ensure('listed');
    shelf.registry.offer([listed(second)]);
    await until(shelf, () => shelf.updates.getSnapshot().updates['listed'] !== undefined);
    const updating = shelf.updates.update('listed');
    shelf.registry.offer([listed(third)]);
    await updating;
    expect(await scene.installed(shelf, 'listed')).toBe(SECOND_SHA);
    await until(shelf, () => shelf.updates.getSnapshot().updates['listed'] !== undefined);
    await shelf.updates.update('listed');
    expect(await scene.installed(shelf, 'listed')).toBe(THIRD.content.digest('sha256'));
  });

  it('isn’t looked for and doesn’t run for a model that is held, until it is released', async () => {
    const shelf = await begin();
    await shelf.updates.hold('talker', 'My tests need it');
    scene.moveOn(REPO, { [FILE]: SECOND });
    expect((await shelf.updates.look()).updates).toEqual([]);
    expect(scene.takeRequests()).toEqual({ api: 0, file: 0 });
    await shelf.updates.release('talker');
    expect((await shelf.updates.look()).updates).toHaveLength(1);
    await shelf.updates.hold('talker', 'My tests need it');
    await expect(shelf.updates.update('talker')).rejects.toMatchObject({
      ...{ code: 'MODEL_HELD', details: { reason: 'My tests need it' } },
    });
  });
});

function until(shelf: Shelf, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = () => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    stops.push(shelf.subscribe(look), shelf.updates.subscribe(look));
    look();
  });
}
