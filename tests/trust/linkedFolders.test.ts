import { lstat, mkdir, readdir, rename, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { runCli } from './cli';
import { bytesOf } from './diskFixture';
import { createDiskScene } from './diskScene';

const scene = createDiskScene();
// Before the scene looks whether there is a way on: what a person does who wants the model here again.
afterEach(() => unlink(scene.at('tiny')));
const drive = () => join(scene.base, 'outside');
const moved = () => join(drive(), 'tiny');
const refused = { code: 'FOLDER_LINKED', details: { path: 'tiny' } };

/** As somebody does whose disk is full: the model goes to a larger drive, and a link takes its place. */
async function moveAway(): Promise<void> {
  await scene.installed();
  await rename(scene.at('tiny'), moved());
  await symlink(moved(), scene.at('tiny'));
}

describe('a model whose folder was moved to another drive and linked back', () => {
  it('is installed, and read back', async () => {
    await moveAway();
    const app = await scene.start();
    expect(app.state()).toMatchObject({ kind: 'installed', sizeBytes: bytesOf('tiny').length });
    await app.ensure();
    await app.manager.verifyModel(scene.config('tiny'));
    expect(scene.sentBytes()).toBe(0);
    expect(await app.manager.getModelSize(scene.config('tiny'))).toBe(0);
  });

  it('is neither removed nor repaired, which is said, and stays as it is', async () => {
    await moveAway();
    const before = await readdir(moved());
    const app = await scene.start();
    await expect(app.remove()).rejects.toMatchObject(refused);
    await expect(app.manager.repairModel(scene.config('tiny'))).rejects.toMatchObject(refused);
    await app.manager.cancelDownload(scene.config('tiny'));
    expect(app.state().kind).toBe('installed');
    expect(await readdir(moved())).toEqual(before);
    expect((await lstat(scene.at('tiny'))).isSymbolicLink()).toBe(true);
  });

  it('is listed, verified, and not removed by the command line', async () => {
    await moveAway();
    expect((await runCli(scene, ['--list'])).out).toMatch(/^tiny +installed/m);
    expect(await runCli(scene, ['--verify'])).toMatchObject({ code: 0 });
    const { code, err } = await runCli(scene, ['--remove', 'tiny']);
    expect(code).toBe(1);
    expect(err).toContain('This model’s folder is a link.');
    expect(err).toContain('(FOLDER_LINKED)');
    expect((await runCli(scene, ['--list'])).out).toMatch(/^tiny +installed/m);
  });
});

describe.each([
  ['leads nowhere, as its drive is not connected', () => Promise.resolve()],
  ['leads to an empty folder', () => mkdir(moved())],
  ['leads to the models folder itself', () => symlink(scene.folder, moved())],
])('a link in a model’s place that %s', (_, prepare) => {
  it('is no model, and nothing is fetched for it', async () => {
    await prepare();
    await mkdir(scene.folder, { recursive: true });
    await symlink(moved(), scene.at('tiny'));
    const app = await scene.start();
    expect(app.state().kind).toBe('absent');
    await expect(app.ensure()).rejects.toMatchObject(refused);
    expect(scene.sentBytes()).toBe(0);
    await expect(app.remove()).rejects.toMatchObject(refused);
    expect((await lstat(scene.at('tiny'))).isSymbolicLink()).toBe(true);
  });

  it('keeps no other model from being installed', async () => {
    await prepare();
    await mkdir(scene.folder, { recursive: true });
    await symlink(moved(), scene.at('tiny'));
    const app = await scene.start();
    await app.ensure('other');
    await scene.expectInstalled(app, 'other');
  });
});
