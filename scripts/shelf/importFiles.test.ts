/** Files of this computer and of other programs, taken in by the command line. */
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { splitModels, type SplitModel } from '../../tests/conformance/splitModels';
import { modelWith, STATED } from '../../tests/importFixture';
import { noise, sha256 } from '../../tests/modelFixture';
import { shelfScene } from '../../tests/shelfScene';

const scene = shelfScene();

interface Event {
  event: string;
  [fact: string]: unknown;
}

/** Its exit code, and its events but those of progress. */
async function run(args: readonly string[]) {
  const home = join(scene.folder, 'home');
  const env = {
    HF_HUB_CACHE: join(home, 'hub'),
    OLLAMA_MODELS: join(home, 'ollama'),
    LLAMA_CACHE: join(home, 'llama'),
    HOME: home,
  };
  const { code, out, err } = await scene.run(['import', '--json', ...args], env);
  const events = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event)
    .filter(({ event }) => event !== 'progress');
  return { code, err, events, kinds: events.map(({ event }) => event) };
}

async function write(path: string, bytes: Uint8Array | string): Promise<string> {
  const place = join(scene.folder, path);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, bytes);
  return place;
}

const placeOf = ({ folderName }: Event, fileName: string) =>
  join(scene.folder, 'assets/models', String(folderName), fileName);

const FOX = { digest: sha256(STATED), modelId: `little-fox-q4-k-m-${sha256(STATED).slice(0, 8)}` };

describe('modelshelf import FILE', () => {
  it('takes a file in without a second copy, and names it; the second time there is nothing to do', async () => {
    const original = await write('Downloads/fox.gguf', STATED);
    const { code, err, events } = await run(['Downloads/fox.gguf']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const imported = events.find(({ event }) => event === 'imported') ?? { event: '' };
    expect(imported).toMatchObject({ modelId: FOX.modelId, sha256: FOX.digest, isListed: false });
    expect(['cloned', 'linked']).toContain(imported['how']);
    const place = placeOf(imported, 'fox.gguf');
    expect(sha256(await readFile(place))).toBe(FOX.digest);
    if (imported['how'] === 'linked') {
      expect((await stat(place)).ino).toBe((await stat(original)).ino);
    }
    const again = await run(['Downloads/fox.gguf']);
    expect(again).toMatchObject({ code: 0, kinds: ['installed', 'known'] });
  });

  it('keeps the model when the original is removed, and the original when the model is removed', async () => {
    const original = await write('fox.gguf', STATED);
    const { events } = await run(['fox.gguf']);
    const place = placeOf(events.at(-1) ?? { event: '' }, 'fox.gguf');
    await rm(original);
    expect(sha256(await readFile(place))).toBe(FOX.digest);
    const other = modelWith({ 'general.name': 'Owl', 'general.file_type': 7 });
    const owl = await write('owl.gguf', other);
    const taken = (await run(['owl.gguf'])).events.at(-1);
    await rm(placeOf(taken ?? { event: '' }, ''), { recursive: true });
    expect(sha256(await readFile(owl))).toBe(sha256(other));
  });

  it('goes on after a file that can’t be taken in, and says which one and why', async () => {
    await write('fox.gguf', STATED);
    await write('cut.gguf', STATED.slice(0, -64));
    const { code, events } = await run(['cut.gguf', 'nowhere.gguf', 'fox.gguf']);
    expect(code).toBe(1);
    expect(events).toMatchObject([
      { event: 'failed', code: 'IMPORT_REFUSED', details: { problem: 'cut-off' } },
      { event: 'failed', code: 'DISK_IO' },
      { event: 'installed', verified: false },
      { event: 'imported' },
    ]);
  });
});

describe('modelshelf import of a split model', () => {
  const { whole } = splitModels();
  const writeAll = async (folder: string, files: SplitModel = whole) => {
    for (const { fileName, bytes } of files) await write(`${folder}/${fileName}`, bytes);
  };
  const names = whole.map(({ fileName }) => fileName);

  it('finds the other parts beside the named one, and takes them in without a second copy', async () => {
    await writeAll('Downloads');
    const { code, err, events, kinds } = await run([`Downloads/${names[1] ?? ''}`]);
    expect({ code, err, kinds }).toEqual({ code: 0, err: '', kinds: ['installed', 'imported'] });
    expect(events[1]).toMatchObject({ files: names.map((name) => ({ name })) });
    expect(['cloned', 'linked']).toContain(events[1]?.['how']);
    const all = names.map((name) => `Downloads/${name}`);
    expect(await run(all)).toMatchObject({ code: 0, kinds: ['installed', 'known'] });
  });

  it('names the part that is missing, and leaves nothing', async () => {
    await writeAll('Downloads', whole.slice(0, 2));
    const { code, events } = await run([`Downloads/${names[0] ?? ''}`]);
    expect({ code, events }).toMatchObject({
      code: 1,
      events: [
        {
          details: {
            problem: 'incomplete',
            reason: expect.stringContaining(names[2] ?? '') as string,
          },
        },
      ],
    });
    await expect(stat(join(scene.folder, 'assets/models/.importing'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('lists parts of another program as one model, keeps folders apart, and takes all in by one name', async () => {
    await writeAll('home/llama/a');
    await writeAll('home/llama/b', whole.slice(0, 1));
    const listed = await run(['--from', 'llama.cpp']);
    expect(listed.events).toMatchObject([
      { event: 'found', name: `a/${names[0] ?? ''}`, fileCount: 3 },
      { event: 'found', name: `b/${names[0] ?? ''}`, fileCount: 1 },
    ]);
    const taken = await run(['--from', 'llama.cpp', `a/${names[2] ?? ''}`]);
    expect(taken).toMatchObject({ code: 0, kinds: ['installed', 'imported'] });
  });

  it('takes the parts of the hub’s cache in with their digests and addresses', async () => {
    const commit = 'ab'.repeat(20);
    const cached = 'home/hub/models--me--fox';
    await mkdir(join(scene.folder, cached, 'snapshots', commit), { recursive: true });
    for (const { fileName, bytes } of whole) {
      await write(`${cached}/blobs/${sha256(bytes)}`, bytes);
      const link = join(scene.folder, cached, 'snapshots', commit, fileName);
      await symlink(`../../blobs/${sha256(bytes)}`, link);
    }
    const { code, events } = await run(['--from', 'hf', '--all']);
    expect(code).toBe(0);
    const url = `https://huggingface.co/me/fox/resolve/${commit}`;
    expect(events[0]).toMatchObject({
      files: names.map((fileName) => ({ fileName, url: `${url}/${fileName}` })),
    });
    expect((await run(['--from', 'hf'])).events).toMatchObject([
      { fileCount: 3, modelId: events[1]?.['modelId'] },
    ]);
  });
});

describe('modelshelf import --from', () => {
  const blob = (bytes: Uint8Array, named = sha256(bytes)) =>
    write(`home/ollama/blobs/sha256-${named}`, bytes);
  const manifest = (name: string, digest: string) =>
    write(
      `home/ollama/manifests/registry.ollama.ai/library/${name}`,
      JSON.stringify({
        layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}` }],
      }),
    );

  it('lists what Ollama has and changes nothing, then takes it in by name, then says that it is here', async () => {
    await blob(STATED);
    await manifest('fox/1b', FOX.digest);
    const listed = await run(['--from', 'ollama']);
    expect(listed).toMatchObject({
      code: 0,
      events: [{ event: 'found', name: 'fox:1b', sizeBytes: STATED.byteLength }],
    });
    const dry = await run(['--from', 'ollama', '--all', '--dry-run']);
    expect(dry.events).toEqual(listed.events);
    await expect(stat(join(scene.folder, 'assets/models'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    const taken = await run(['--from', 'ollama', 'fox:1b']);
    expect(taken).toMatchObject({ code: 0, kinds: ['installed', 'imported'] });
    expect(taken.events[1]).toMatchObject({ program: 'ollama', sha256: FOX.digest });
    expect((await run(['--from', 'ollama'])).events).toMatchObject([{ modelId: FOX.modelId }]);
  });

  it('refuses a blob that isn’t what its name says, and leaves nothing of it', async () => {
    const bytes = STATED.slice();
    bytes[bytes.length - 1] = 1;
    await blob(bytes, FOX.digest);
    await manifest('fox/1b', FOX.digest);
    const { code, events } = await run(['--from', 'ollama', '--all']);
    expect({ code, events }).toMatchObject({ code: 1, events: [{ code: 'HASH_MISMATCH' }] });
    await expect(stat(join(scene.folder, 'assets/models/.importing'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('takes a file of the hub’s cache in with its pinned address', async () => {
    const commit = 'ab'.repeat(20);
    const cached = 'home/hub/models--me--fox';
    await write(`${cached}/blobs/${FOX.digest}`, STATED);
    await mkdir(join(scene.folder, cached, 'snapshots', commit), { recursive: true });
    const link = join(scene.folder, cached, 'snapshots', commit, 'fox.gguf');
    await symlink(`../../blobs/${FOX.digest}`, link);
    const { code, events } = await run(['--from', 'hf', 'me/fox/fox.gguf']);
    expect(code).toBe(0);
    const url = `https://huggingface.co/me/fox/resolve/${commit}/fox.gguf`;
    expect(events[0]).toMatchObject({ event: 'installed', files: [{ url, fileName: 'fox.gguf' }] });
  });

  it('is refused where it is written wrongly, and says where it looked where there is nothing', async () => {
    for (const args of [[], ['--from', 'jan'], ['--all'], ['--from', 'hf', 'x', '--all']]) {
      expect((await run(args)).code, args.join(' ')).toBe(2);
    }
    await write('home/llama/fox.gguf', noise(100, 'no model'));
    expect((await run(['--from', 'llama.cpp', 'owl.gguf'])).code).toBe(2);
    expect(await run(['--from', 'llama.cpp', '--all'])).toMatchObject({ code: 1 });
    expect(await run(['--from', 'lmstudio'])).toMatchObject({ code: 0, kinds: ['nothing-found'] });
  });
});
