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
