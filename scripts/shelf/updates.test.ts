/** `modelshelf outdated`, `update`, `go-back`, `hold` and `release` as processes, against a hub whose branch moves on. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { beforeEach, describe, expect, it } from 'vitest';

import { bytesContent } from '../../tests/hub/content';
import { movedOn, type HubFile } from '../../tests/hub/repos';
import { sha256 } from '../../tests/modelFixture';
import { shelfScene } from '../../tests/shelfScene';
import { FILE, talker, talkerRepo } from '../../tests/updateScene';

const scene = shelfScene();
const { run, start, readText } = scene;
const LOCK = 'models.lock.json';
const REPO = talkerRepo();
const FIRST = REPO.files[FILE]?.content.digest('sha256');
const SECOND = talker('A second version is here.');
const OTHER = talkerRepo('you/other', 'Something else answers now.');

beforeEach(async () => {
  scene.hub.repos.set(REPO.name, REPO);
  scene.hub.repos.set(OTHER.name, OTHER);
  const added = await run(['add', REPO.name, '--id', 'talker']);
  expect(added).toMatchObject({ code: 0 });
  expect(await run(['install'])).toMatchObject({ code: 0 });
});

function moveOn(changes: Readonly<Record<string, HubFile | undefined>>) {
  const moved = movedOn(scene.hub.repos.get(REPO.name) ?? REPO, changes);
  scene.hub.repos.set(REPO.name, moved);
  return moved;
}

const installed = async () =>
  sha256(await readFile(join(scene.folder, 'assets/models/talker', FILE)));
const events = (out: string) =>
  out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('modelshelf outdated', () => {
  it('tells commit, date and bytes of a newer version, and changes nothing', async () => {
    expect(await run(['outdated'])).toMatchObject({ code: 0, out: 'Nothing is newer.\n', err: '' });
    const moved = moveOn({ [FILE]: SECOND });
    const before = await readText(LOCK);
    const { code, out } = await run(['outdated', '--json']);
    expect(code).toBe(0);
    expect(events(out)).toMatchObject([
      {
        ...{ event: 'outdated', modelId: 'talker', commit: moved.commit, isEarlier: false },
        ...{ downloadBytes: SECOND.content.sizeBytes, totalBytes: SECOND.content.sizeBytes },
        dateMs: Date.parse('2026-11-20T10:00:00.000Z'),
      },
    ]);
    expect((await run(['outdated'])).out).toContain(`${moved.commit.slice(0, 12)} of 2026-11-20`);
    expect(await readText(LOCK)).toBe(before);
    expect(await installed()).toBe(FIRST);
  });

  it('U6: fails for a model whose repository is gone, and says so', async () => {
    scene.hub.repos.delete(REPO.name);
    const { code, err } = await run(['outdated']);
    expect(code).toBe(1);
    expect(err).toMatch(/HTTP_(NOT_FOUND|DENIED)/);
    expect((await run(['verify'])).code).toBe(0);
  });
});

describe('modelshelf update', () => {
  it('wants ids or --all, and says with --dry-run what it would do', async () => {
    expect(await run(['update'])).toMatchObject({ code: 2 });
    expect(await run(['update', 'talker', '--all'])).toMatchObject({ code: 2 });
    expect(await run(['update', 'nobody'])).toMatchObject({ code: 2 });
    moveOn({ [FILE]: SECOND });
    const before = await readText(LOCK);
    const { out } = await run(['update', '--all', '--dry-run', '--json']);
    expect(events(out)).toMatchObject([{ event: 'would-update', modelId: 'talker' }]);
    expect(await readText(LOCK)).toBe(before);
    expect(await installed()).toBe(FIRST);
    const helped = await run(['update', '--help']);
    expect(helped).toMatchObject({ code: 0 });
    expect(helped.out).toContain('--dry-run');
  });

  it('brings the newer version, writes it into the lock, and goes back without a network', async () => {
    const moved = moveOn({ [FILE]: SECOND });
    const old = await readText(LOCK);
    expect(await run(['update', 'talker'])).toMatchObject({ code: 0, err: '' });
    expect(await installed()).toBe(SECOND.content.digest('sha256'));
    expect(await readText(LOCK)).toContain(moved.commit);
    expect((await run(['verify'])).code).toBe(0);
    expect((await run(['update', '--all'])).out).toContain('nothing is newer');

    const offline = { HF_HUB_OFFLINE: '1' };
    expect(await run(['go-back', 'talker'], offline)).toMatchObject({ code: 0, err: '' });
    expect(await installed()).toBe(FIRST);
    const lock = await readText(LOCK);
    expect(lock).toContain(REPO.commit);
    expect(lock).not.toContain(moved.commit);
    expect((await run(['verify'], offline)).code).toBe(0);
    expect((await run(['install', '--frozen'], offline)).out).toContain('already complete');
    expect(lock.replace(/,\s*"held": "went-back"/, '')).toBe(old);

    const refused = await run(['update', 'talker']);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('modelshelf release talker');
    expect((await run(['update', '--all'])).out).toContain('is held');
    expect(await installed()).toBe(FIRST);
    expect(await run(['release', 'talker'])).toMatchObject({ code: 0 });
    expect(await readText(LOCK)).toBe(old);
    expect(await run(['update', '--all'])).toMatchObject({ code: 0, err: '' });
    expect(await installed()).toBe(SECOND.content.digest('sha256'));
  });

  it('K9: goes on with the bytes that arrived after kill -9, the old version staying usable', async () => {
    moveOn({ [FILE]: SECOND });
    const half = Math.floor(SECOND.content.sizeBytes / 2);
    scene.hub.faults.push({ origin: 'cdn', fault: { stallAfter: half } });
    const old = await readText(LOCK);
    const child = start(['update', 'talker', '--json']);
    await arriving(child);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await installed()).toBe(FIRST);
    expect(await readText(LOCK)).toBe(old);
    expect((await run(['verify'])).code).toBe(0);
    scene.hub.release();
    const before = scene.hub.log.length;
    expect(await run(['update', 'talker'])).toMatchObject({ code: 0, err: '' });
    expect(await installed()).toBe(SECOND.content.digest('sha256'));
    const ranges = scene.hub.log.slice(before).filter(({ origin }) => origin === 'cdn');
    const firsts = ranges.map(({ headers }) => /bytes=(\d+)-/.exec(headers['range'] ?? '')?.[1]);
    // The header is read again, to tell what has changed.
    expect(firsts, 'it goes on where it stopped').toContain(String(half));
  });

  it('leaves the old version and the lock where the newer file is no model', async () => {
    moveOn({
      [FILE]: { content: bytesContent('<html>not a model</html>'.repeat(2000)), lfs: true },
    });
    const old = await readText(LOCK);
    const { code, err } = await run(['update', 'talker']);
    expect(code).toBe(1);
    expect(err).toContain('failed talker');
    expect(await installed()).toBe(FIRST);
    expect(await readText(LOCK)).toBe(old);
    expect((await run(['verify'])).code).toBe(0);
  });
});

describe('modelshelf install', () => {
  it('brings what the lock states by now, where an earlier version is here', async () => {
    const old = await readText(LOCK);
    moveOn({ [FILE]: SECOND });
    expect(await run(['add', REPO.name, '--id', 'talker'])).toMatchObject({ code: 0 });
    expect(await readText(LOCK)).not.toBe(old);
    expect((await run(['verify'])).err).toContain('NOT_AS_PUBLISHED');
    expect((await run(['list'])).out).toContain('an earlier version');
    expect((await run(['outdated'])).out).toContain('an earlier version');
    const { code, out } = await run(['install', '--frozen']);
    expect(code).toBe(0);
    expect(out).not.toContain('already complete');
    expect(await installed()).toBe(SECOND.content.digest('sha256'));
    expect((await run(['verify'])).code).toBe(0);
  });
});

describe('modelshelf hold', () => {
  it('keeps a model at its version, with the reason in the lock', async () => {
    moveOn({ [FILE]: SECOND });
    const held = await run(['hold', 'talker', '--reason', 'The prompts were made for it']);
    expect(held).toMatchObject({ code: 0 });
    expect(await readText(LOCK)).toContain('"held": "The prompts were made for it"');
    expect((await run(['outdated'])).out).toContain('held: The prompts were made for it');
    expect((await run(['update', 'talker'])).err).toContain('The prompts were made for it');
    expect(await installed()).toBe(FIRST);
    expect(await run(['go-back', 'talker'])).toMatchObject({ code: 1 });
  });
});

/** Until a part of the newer version has arrived. */
async function arriving(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const { receivedBytes } = JSON.parse(line) as { receivedBytes?: number };
    if ((receivedBytes ?? 0) > 0) return;
  }
}
