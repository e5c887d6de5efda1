import { once } from 'node:events';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { QWEN, PHONES, shelfScene } from '../../../tests/shelfScene';
import { changeLock, readLock, type LockEntry } from './lockFile';

const scene = shelfScene();
const { run, start, readText } = scene;
const LOCK = 'models.lock.json';
const Q8 = `${QWEN.name}:Q8_0`;

const write = (text: string) => writeFile(join(scene.folder, LOCK), text);

async function addedText(): Promise<string> {
  expect((await run(['add', Q8])).code).toBe(0);
  return readText(LOCK);
}

const lineOf = (text: string, part: string) =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('a lock file that was edited by hand', () => {
  it.each([
    [
      'a comma too many',
      (text: string) => text.replace('"Q8_0",', '"Q8_0",,'),
      '"Q8_0",,',
      'stops being JSON',
    ],
    [
      'a missing quote',
      (text: string) => text.replace('"license": "apache', '"license": apache'),
      '"license"',
      'stops being JSON',
    ],
    [
      'the marks of a merge',
      (text: string) => text.replace('  "models"', '<<<<<<< HEAD\n  "models"'),
      '<<<<<<<',
      'merge conflict',
    ],
    [
      'another version',
      (text: string) => text.replace('"version": 2', '"version": 3'),
      '"version"',
      'version 3',
    ],
    [
      'a name that leaves the store',
      (text: string) => text.replaceAll('Qwen3-0.6B-Q8_0.gguf"', '../../x.gguf"'),
      '"modelId"',
      'file name',
    ],
    ['a size below zero', (text: string) => text.replace('40000', '-1'), '"modelId"', 'sizeBytes'],
    [
      'an address without https',
      (text: string) => text.replaceAll('https://huggingface.co', 'http://example.com'),
      '"modelId"',
      'https',
    ],
  ])('is refused for %s, with the line, and stays as it is', async (_, edit, part, words) => {
    const text = edit(await addedText());
    await write(text);
    scene.hub.reset();
    for (const args of [
      ['add', PHONES.name],
      ['install', '--frozen'],
      ['verify'],
      ['list'],
      ['remove', 'x'],
    ]) {
      const { code, err } = await run(args);
      expect(code, args[0]).toBe(1);
      expect(err, args[0]).toContain(`${LOCK}, line ${lineOf(text, part)}: `);
      expect(err).toContain(words);
    }
    expect(scene.hub.log).toEqual([]);
    expect(await readText(LOCK)).toBe(text);
  });

  it('is refused where it ends too soon, and where it is empty', async () => {
    const text = await addedText();
    await write(text.slice(0, 300));
    const short = await run(['list']);
    expect(short.err).toContain(`line ${text.slice(0, 300).split('\n').length}: `);
    await write('');
    expect(await run(['list'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('line 1: '),
    });
  });

  it('is named where there is none', async () => {
    expect(await run(['install'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('modelshelf add writes it'),
    });
  });
});

describe('writing the lock file', () => {
  it('keeps every change of several that come at once', async () => {
    const text = await addedText();
    const path = join(scene.folder, LOCK);
    const { models } = JSON.parse(text) as { models: LockEntry[] };
    const [first] = models;
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(
      ids.map((modelId) =>
        changeLock(path, scene.hub.endpoint, ({ entries }) => [
          ...entries,
          { ...first, modelId, folderName: modelId },
        ]),
      ),
    );
    const { entries } = await readLock(path, scene.hub.endpoint);
    expect(entries.map(({ modelId }) => modelId)).toEqual([...ids, first?.modelId]);
  });

  it('is killed between a download and the write, and leaves the file as it was', async () => {
    const before = await addedText();
    scene.hub.faults.push({ match: /tokenizer_config/, fault: { stallAfter: 3 } });
    const child = start(['add', PHONES.name]);
    await scene.hub.until(({ state }) => state === 'stalled');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await readText(LOCK)).toBe(before);
    scene.hub.reset();
    expect((await run(['add', PHONES.name])).code).toBe(0);
    expect((await readdir(scene.folder)).sort()).toEqual(['models.lock.d.ts', LOCK]);
  });

  it('ends with 130 on Ctrl-C while the hub says nothing, and writes nothing', async () => {
    scene.hub.faults.push({ match: /^\/api\//, fault: { holdHead: true } });
    const child = start(['add', Q8]);
    const closed = once(child, 'close');
    await scene.hub.until(({ state }) => state === 'stalled');
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    expect(await readdir(scene.folder)).toEqual([]);
  });

  it('follows a link, and takes another file with --lock', async () => {
    await addedText();
    await mkdir(join(scene.folder, 'shared'));
    await rename(join(scene.folder, LOCK), join(scene.folder, 'shared/all.json'));
    await symlink('shared/all.json', join(scene.folder, LOCK));
    await rm(join(scene.folder, 'models.lock.d.ts'));
    expect((await run(['add', PHONES.name])).code).toBe(0);
    expect(await readText('shared/all.json')).toContain('smollm2-135m');
    expect((await readdir(join(scene.folder, 'shared'))).sort()).toEqual(['all.d.ts', 'all.json']);
    expect((await run(['list', '--lock', 'shared/all.json'])).out).toContain('smollm2-135m');
    expect(await run(['add', Q8, '--lock', 'nowhere/x.json'])).toMatchObject({ code: 1 });
  });
});
