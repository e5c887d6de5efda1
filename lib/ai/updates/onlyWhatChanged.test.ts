/** What an update transfers, by the whole way from the hub to the installed version. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import {
  createUpdateScene,
  FILE,
  pinnedTalker,
  talker,
  talkerRepo,
  type UpdateScene,
} from '../../../tests/updateScene';
import { createRequestBudget } from '../discover/requestBudget';
import { CHATML } from '../../../scripts/demoModel/parts';

const REPO = talkerRepo();
/** The same weights with another template. */
const OTHER = talker('The first version speaks.', `{# better #}${CHATML}`);
const OTHER_SHA = OTHER.content.digest('sha256');

let scene: UpdateScene;
afterEach(() => scene.close());

/** Bytes of files that the hub has sent. */
function sentBytes(): number {
  return scene.hub.log
    .filter(({ path }) => path.startsWith('/xet-bridge'))
    .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
}

/** The first version is installed, and the other one was found, whose header was looked at for that. */
async function begin() {
  scene = await createUpdateScene([REPO]);
  const shelf = await scene.open();
  await shelf.add(pinnedTalker(REPO), 'hub');
  await shelf.ensure('talker');
  scene.moveOn(REPO, { [FILE]: OTHER });
  await shelf.updates.look();
  const before = sentBytes();
  return { shelf, fetchedBytes: () => sentBytes() - before };
}

describe('an update with another template', () => {
  it('states beforehand what it will transfer, also after a restart', async () => {
    const { shelf, fetchedBytes } = await begin();
    const stated = shelf.updates.getSnapshot().updates['talker'];
    expect(stated?.totalBytes).toBe(OTHER.content.sizeBytes);
    expect(stated?.downloadBytes).toBeLessThan(OTHER.content.sizeBytes / 4);
    await shelf.close();
    const again = await scene.open();
    expect(again.updates.getSnapshot().updates['talker']).toEqual(stated);
    await again.updates.update('talker');
    expect(fetchedBytes()).toBe(stated?.downloadBytes);
  });

  it('states the whole file where the hub has no lists of chunks', async () => {
    scene = await createUpdateScene([REPO]);
    const shelf = await scene.open();
    await shelf.add(pinnedTalker(REPO), 'hub');
    await shelf.ensure('talker');
    scene.moveOn(REPO, { [FILE]: OTHER });
    scene.hub.faults.push({ match: /xet-read-token/, fault: { status: 404, body: 'json' } });
    await shelf.updates.look();
    const { downloadBytes } = shelf.updates.getSnapshot().updates['talker'] ?? {};
    expect(downloadBytes).toBe(OTHER.content.sizeBytes);
  });

  it('transfers the chunks that have changed, and not the weights', async () => {
    const { shelf, fetchedBytes } = await begin();
    await shelf.updates.update('talker');
    expect(await scene.installed(shelf, 'talker')).toBe(OTHER_SHA);
    expect(fetchedBytes()).toBeGreaterThan(0);
    expect(fetchedBytes()).toBeLessThan(OTHER.content.sizeBytes / 4);
  });

  it('is the stated version also when the installed file was damaged meanwhile', async () => {
    const { shelf } = await begin();
    const path = join(scene.folder, 'talker', FILE);
    const damaged = Buffer.from(REPO.files[FILE]?.content.read(0, Infinity) ?? []);
    damaged.fill(7, damaged.length - 300_000, damaged.length - 299_000);
    await writeFile(path, damaged);
    await shelf.updates.update('talker');
    expect(await scene.installed(shelf, 'talker')).toBe(OTHER_SHA);
  });

  it('comes whole from a hub without lists of chunks', async () => {
    const { shelf, fetchedBytes } = await begin();
    scene.hub.faults.push({ match: /xet-read-token/, fault: { status: 404, body: 'json' } });
    await shelf.updates.update('talker');
    expect(await scene.installed(shelf, 'talker')).toBe(OTHER_SHA);
    expect(fetchedBytes()).toBe(OTHER.content.sizeBytes);
  });
});

describe('a look after an update was found', () => {
  it('asks only whether it is still the newest, also after a restart', async () => {
    const { shelf } = await begin();
    const stated = shelf.updates.getSnapshot().updates['talker'];
    expect(stated?.isCompared).toBe(true);
    const look = async (again = shelf) => {
      const from = scene.hub.log.length;
      const { updates } = await again.updates.look();
      expect(updates).toEqual([{ ...stated, config: updates[0]?.config }]);
      const paths = scene.hub.log.slice(from).map(({ path }) => path);
      expect(paths).toEqual([
        expect.stringMatching(/\/revision\/main$/),
        expect.stringMatching(/\/paths-info\//),
      ]);
    };
    await look();
    await shelf.close();
    await look(await scene.open());
  });

  it('looks at a newer one, and at the same one after lists that couldn’t be had', async () => {
    const { shelf } = await begin();
    const first = shelf.updates.getSnapshot().updates['talker'];
    const third = talker('The first version speaks.', `{# another one, and longer #}${CHATML}`);
    scene.moveOn(REPO, { [FILE]: third });
    const fault = { match: /xet-read-token/, times: 1, fault: { status: 503 } };
    scene.hub.faults.push(fault);
    const [atMost] = (await shelf.updates.look()).updates;
    expect(atMost).toMatchObject({ downloadBytes: third.content.sizeBytes });
    expect(atMost).not.toHaveProperty('isCompared');
    const [compared] = (await shelf.updates.look()).updates;
    expect(compared).toMatchObject({ isCompared: true });
    expect(compared?.downloadBytes).toBeLessThan(third.content.sizeBytes / 4);
    expect(compared?.config).not.toEqual(first?.config);
  });
});

describe('the budget of requests', () => {
  const clock = { monotonicMs: () => 0 };
  const counted = () => {
    const budget = createRequestBudget(clock);
    const spent: string[] = [];
    const spend = (host: string) => {
      budget.spend(host);
      spent.push(host);
    };
    return { spent, requests: { ...budget, spend } };
  };

  it('counts each request of a look: facts, headers and lists', async () => {
    scene = await createUpdateScene([REPO]);
    const { spent, requests } = counted();
    const shelf = await scene.open({ requests });
    await shelf.add(pinnedTalker(REPO), 'hub');
    await shelf.ensure('talker');
    scene.moveOn(REPO, { [FILE]: OTHER });
    spent.length = 0;
    const from = scene.hub.log.length;
    await shelf.updates.look();
    // What a redirect leads to isn't a request of its own to the hub.
    const asked = scene.hub.log.slice(from).filter(({ path }) => !path.startsWith('/xet-bridge'));
    expect(asked.some(({ path }) => path.includes('/reconstructions/'))).toBe(true);
    expect(spent).toHaveLength(asked.length);
  });

  it('leaves enough to ask about each model: what is over goes to headers and lists', async () => {
    const other = talkerRepo('you/other');
    scene = await createUpdateScene([REPO, other]);
    const { spent, requests } = counted();
    const shelf = await scene.open({ requests });
    for (const repo of [REPO, other]) {
      const modelId = repo.name.slice('you/'.length);
      await shelf.add(pinnedTalker(repo, modelId), 'hub');
      await shelf.ensure(modelId);
      scene.moveOn(repo, { [FILE]: OTHER });
    }
    while (spent.length < 400 - 4) requests.spend('huggingface.co');
    const from = scene.hub.log.length;
    const { updates, stoppedBy } = await shelf.updates.look();
    expect(updates.map(({ modelId }) => modelId)).toEqual(['talker', 'other']);
    expect(stoppedBy).toBeUndefined();
    expect(scene.hub.log.slice(from)).toHaveLength(4);
    expect(updates[0]).toMatchObject({ downloadBytes: OTHER.content.sizeBytes });
  });
});
