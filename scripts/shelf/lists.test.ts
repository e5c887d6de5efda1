import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { wholeOf } from '../../tests/hub/content';
import { sha256 } from '../../tests/modelFixture';
import { PHONES, QWEN, shelfScene } from '../../tests/shelfScene';

const scene = shelfScene();
const { run, readText } = scene;
const LOCK = 'models.lock.json';
const Q8 = 'qwen3-0.6b-q8-0';

interface Entry extends Record<string, unknown> {
  modelId: string;
}
const entriesIn = async (name: string) =>
  (JSON.parse(await readText(name)) as { models: Entry[] }).models;
const write = (name: string, models: readonly unknown[]) =>
  writeFile(join(scene.folder, name), JSON.stringify({ version: 2, models }));

describe('modelshelf export and import --list', () => {
  it('bring the models of one project to another, with nothing downloaded', async () => {
    expect((await run(['add', `${QWEN.name}:Q8_0`, PHONES.name])).code).toBe(0);
    const lock = await readText(LOCK);
    expect(await run(['export', 'list.json'])).toMatchObject({ code: 0, err: '' });
    expect((await run(['export'])).out).toBe(await readText('list.json'));
    expect(await readText('list.json')).toBe(lock);
    scene.hub.reset();
    const imported = await run(['import', '--list', 'list.json', '--lock', 'other.json', '--json']);
    expect(imported).toMatchObject({ code: 0, err: '' });
    expect(
      imported.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      { event: 'imported', modelId: Q8, changed: true, dryRun: false },
      { event: 'imported', modelId: 'smollm2-135m', changed: true, dryRun: false },
    ]);
    expect(await readText('other.json')).toBe(lock);
    expect(scene.hub.log).toEqual([]);
    expect(await readdir(scene.folder)).not.toContain('assets');
  });

  it('name each entry that can’t be used, and write the others', async () => {
    expect((await run(['add', `${QWEN.name}:Q8_0`])).code).toBe(0);
    const [entry] = await entriesIn(LOCK);
    await write('list.json', [
      { ...entry, modelId: 'second', folderName: 'second' },
      { ...entry, provenance: { repository: 'else/where', commit: 'e'.repeat(40) } },
      { ...entry, modelId: 'Third One' },
    ]);
    const { code, err } = await run(['import', '--list', 'list.json']);
    expect(code).toBe(1);
    expect(err).toContain(`Left out of the list: ${Q8}: It is already in the lock, from Qwen/`);
    expect(err).toContain('Left out of the list: Third One: modelId');
    expect((await entriesIn(LOCK)).map(({ modelId }) => modelId)).toEqual([Q8, 'second']);
    expect((await entriesIn(LOCK))[0]).toEqual(entry);
  });

  it('write nothing in a dry run', async () => {
    expect((await run(['add', `${QWEN.name}:Q8_0`])).code).toBe(0);
    await run(['export', 'list.json']);
    const { code } = await run([
      'import',
      '--list',
      'list.json',
      '--lock',
      'other.json',
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(await readdir(scene.folder)).not.toContain('other.json');
  });

  it.each([['{'], ['[]'], [undefined]])('refuse what is no list: %j', async (text) => {
    if (text !== undefined) await writeFile(join(scene.folder, 'list.json'), text);
    const { code, err } = await run(['import', '--list', 'list.json']);
    expect(code).toBe(2);
    expect(err).toContain('list.json');
  });
});

describe('a licence that wants acceptance', () => {
  const file = QWEN.files['README.md'];
  const text = file ? wholeOf(file.content) : new Uint8Array();
  const acceptedLicense = { textSha256: sha256(text), acceptedAt: '2026-01-01T00:00:00.000Z' };

  async function lockLicensed(more: object = {}): Promise<void> {
    expect((await run(['add', `${QWEN.name}:Q8_0`])).code).toBe(0);
    const [entry] = await entriesIn(LOCK);
    const url = `https://huggingface.co/${QWEN.name}/resolve/${QWEN.commit}/README.md`;
    await write(LOCK, [{ ...entry, licenseText: { url }, needsAcceptance: true, ...more }]);
    scene.hub.reset();
  }
  const isHere = async () =>
    (await readdir(join(scene.folder, 'assets/models')).catch(() => [] as string[])).includes(Q8);

  it('stops an install before the first byte, and says how to accept it', async () => {
    await lockLicensed();
    const { code, err } = await run(['install']);
    expect(code).toBe(1);
    expect(err).toContain('LICENSE_UNACCEPTED');
    expect(err).toContain('--accept-license');
    expect(scene.hub.log.filter(({ path }) => path.endsWith('.gguf'))).toEqual([]);
    expect(await isHere()).toBe(false);
  });

  it('is accepted by --accept-license for one run only', async () => {
    await lockLicensed();
    const before = await readText(LOCK);
    expect((await run(['install', '--accept-license'])).code).toBe(0);
    expect(await isHere()).toBe(true);
    expect(await readText(LOCK)).toBe(before);
    expect((await run(['install'])).code).toBe(0);
  });

  it('is accepted as long as the lock has the digest of its text', async () => {
    await lockLicensed({ acceptedLicense });
    expect(await run(['install', '--frozen'])).toMatchObject({ code: 0, err: '' });
    expect(await isHere()).toBe(true);
  });

  it('is asked about again when its text has changed', async () => {
    await lockLicensed({ acceptedLicense: { ...acceptedLicense, textSha256: 'a'.repeat(64) } });
    expect((await run(['install'])).err).toContain('LICENSE_UNACCEPTED');
  });

  it('is never accepted by a list', async () => {
    await lockLicensed({ acceptedLicense });
    await run(['export', 'list.json']);
    expect(await readFile(join(scene.folder, 'list.json'), 'utf8')).not.toContain('accepted');
    const [entry] = await entriesIn(LOCK);
    await write('hostile.json', [entry]);
    await run(['import', '--list', 'hostile.json', '--lock', 'other.json']);
    expect(await readText('other.json')).not.toContain('accepted');
  });
});
