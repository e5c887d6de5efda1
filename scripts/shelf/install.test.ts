import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { wholeOf } from '../../tests/hub/content';
import { PHONES, QWEN, shelfScene } from '../../tests/shelfScene';

const scene = shelfScene();
const { run, start, readText } = scene;
const LOCK = 'models.lock.json';
const Q8 = 'qwen3-0.6b-q8-0';
const SPEAKER = 'qwen3-0.6b-q4-k-m';

beforeEach(async () => {
  expect((await run(['add', `${QWEN.name}:Q8_0`, PHONES.name])).code).toBe(0);
});

const installed = (path: string) => readFile(join(scene.folder, 'assets/models', path));
const bytesOf = (files: typeof QWEN.files, path: string) => {
  const file = files[path];
  return file ? Buffer.from(wholeOf(file.content)) : undefined;
};
const useSpeaker = async () => {
  expect((await run(['remove', Q8, '--keep-files'])).code).toBe(0);
  expect((await run(['add', `${QWEN.name}:Q4_K_M`])).code).toBe(0);
  scene.hub.reset();
};

async function change(edit: (text: string) => string): Promise<void> {
  await writeFile(join(scene.folder, LOCK), edit(await readText(LOCK)));
}

describe('modelshelf install', () => {
  it('brings every build of the lock, verified, and asks only for the files with --frozen', async () => {
    await useSpeaker();
    const before = await readText(LOCK);
    expect(await run(['install', '--frozen'])).toMatchObject({ code: 0, err: '' });
    for (const [path, file] of [
      [`${SPEAKER}/Qwen3-0.6B-Q4_K_M.gguf`, bytesOf(QWEN.files, 'Qwen3-0.6B-Q4_K_M.gguf')],
      ['smollm2-135m/model.pte', bytesOf(PHONES.files, 'model.pte')],
      ['smollm2-135m/tokenizer.json', bytesOf(PHONES.files, 'tokenizer.json')],
    ] as const) {
      expect(file?.equals(await installed(path)), path).toBe(true);
    }
    expect(scene.hub.log.filter(({ path }) => path.startsWith('/api/models/'))).toEqual([]);
    expect(await readText(LOCK)).toBe(before);

    scene.hub.reset();
    expect((await run(['install', '--frozen'])).code).toBe(0);
    expect(scene.hub.log).toEqual([]);
    expect((await run(['verify'])).code).toBe(0);
    const { out } = await run(['list', '--json']);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(events).toMatchObject([
      { modelId: SPEAKER, builds: [{ runtime: 'llama.cpp', state: 'installed' }] },
      { modelId: 'smollm2-135m', builds: [{ runtime: 'executorch', state: 'installed' }] },
    ]);
    const idsOf = async (...args: string[]) => {
      const listed = await run(['list', '--json', ...args]);
      return [...listed.out.matchAll(/"modelId":"([^"]+)"/g)].map(([, id]) => id);
    };
    expect(await idsOf('SMOLLM2')).toEqual(['smollm2-135m']);
    expect(await idsOf('nothing')).toEqual([]);
    expect(await idsOf('--sort', 'name')).toEqual(['smollm2-135m', SPEAKER].sort());
    expect(await idsOf('--sort', 'size')).toHaveLength(2);
    expect(await run(['list', '--sort', 'likes'])).toMatchObject({ code: 2 });
  });

  it('fails with --frozen where a digest is missing, and asks for it without', async () => {
    const complete = await readText(LOCK);
    await change((text) => text.replaceAll(/,\s*"sha256": "[0-9a-f]{64}"/g, ''));
    const open = await readText(LOCK);
    scene.hub.reset();
    const { code, err } = await run(['install', '--frozen']);
    expect(code).toBe(1);
    expect(err).toContain('tokenizer.json');
    expect(scene.hub.log).toEqual([]);
    expect(await readText(LOCK)).toBe(open);

    expect((await run(['install', 'smollm2-135m'])).code).toBe(0);
    expect((await run(['verify', 'smollm2-135m'])).code).toBe(0);
    await run(['add', `${QWEN.name}:Q8_0`]);
    expect(await readText(LOCK)).toBe(complete);
  });

  it('never installs a file that isn’t the locked one', async () => {
    await useSpeaker();
    await change((text) =>
      text.replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${'0'.repeat(64)}"`),
    );
    const { code, err } = await run(['install', SPEAKER, '--frozen']);
    expect(code).toBe(1);
    expect(err).toContain('HASH_MISMATCH');
    expect(await readdir(join(scene.folder, 'assets/models'))).not.toContain(SPEAKER);
  });

  it('verify fails for a model that isn’t here, and for one that was changed', async () => {
    await useSpeaker();
    expect((await run(['install', SPEAKER])).code).toBe(0);
    const missing = await run(['verify']);
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('smollm2-135m');
    expect(missing.err).not.toContain(SPEAKER);
    const path = join(scene.folder, 'assets/models', SPEAKER, 'Qwen3-0.6B-Q4_K_M.gguf');
    const bytes = await readFile(path);
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const changed = await run(['verify', SPEAKER]);
    expect(changed.code).toBe(1);
    expect(changed.err).toMatch(/HASH_MISMATCH|NOT_AS_PUBLISHED/);
  });

  it('remove takes a model out of the lock, the types and the disk', async () => {
    await useSpeaker();
    expect((await run(['install'])).code).toBe(0);
    const { code, out } = await run(['remove', SPEAKER]);
    expect(code).toBe(0);
    expect(out).toContain('no longer in the lock');
    const left = await readdir(join(scene.folder, 'assets/models'));
    expect(left.filter((name) => !name.startsWith('.'))).toEqual(['smollm2-135m']);
    expect(await readText(LOCK)).not.toContain(SPEAKER);
    expect(await readText('models.lock.d.ts')).not.toContain(SPEAKER);
    const again = await run(['remove', SPEAKER]);
    expect(again.code).toBe(2);
    expect(again.err).toContain('smollm2-135m');
  });

  it('goes on after kill -9', async () => {
    await useSpeaker();
    scene.hub.faults.push({ origin: 'cdn', times: 1, fault: { stallAfter: 4_000 } });
    const child = start(['install', 'smollm2-135m']);
    await scene.hub.until(({ state }) => state === 'stalled');
    child.kill('SIGKILL');
    await once(child, 'close');
    scene.hub.reset();
    expect((await run(['install'])).code).toBe(0);
    expect((await run(['verify'])).code).toBe(0);
  });
});

describe('modelshelf install --adopt', () => {
  it('takes files in that another program has downloaded, under any name, and downloads none of them', async () => {
    await useSpeaker();
    // As the hub’s own client and react-native-executorch’s leave them.
    const cache = join(scene.folder, 'cache/models--Qwen--Qwen3-0.6B-GGUF/blobs');
    const fetcher = join(scene.folder, 'cache/react-native-executorch');
    await mkdir(cache, { recursive: true });
    await mkdir(fetcher);
    const weights = bytesOf(QWEN.files, 'Qwen3-0.6B-Q4_K_M.gguf') ?? Buffer.alloc(0);
    const blob = join(cache, createHash('sha256').update(weights).digest('hex'));
    await writeFile(blob, weights);
    const projector = bytesOf(QWEN.files, 'mmproj-Qwen3-F16.gguf') ?? Buffer.alloc(0);
    await writeFile(join(cache, createHash('sha256').update(projector).digest('hex')), projector);
    const pte = bytesOf(PHONES.files, 'model.pte') ?? Buffer.alloc(0);
    await writeFile(join(fetcher, '1234567_model.pte'), pte);
    const { code, out } = await run(['install', '--frozen', '--adopt', 'cache']);
    expect(code).toBe(0);
    expect(out).toContain('found');
    const read = scene.hub.log.filter(({ file, status }) => file !== undefined && status < 300);
    expect(new Set(read.map(({ file }) => file))).toEqual(
      new Set([`${PHONES.name}/tokenizer.json`, `${PHONES.name}/tokenizer_config.json`]),
    );
    expect((await run(['verify'])).code).toBe(0);
    // The other program keeps its own file, with one name and its bytes.
    expect((await stat(blob)).nlink).toBe(1);
    expect(weights.equals(await readFile(blob))).toBe(true);
    expect(await readdir(join(scene.folder, 'assets/models'))).not.toContain('.adopted');
  });

  it('downloads what is there with the right size and the wrong bytes', async () => {
    await useSpeaker();
    const wrong = bytesOf(QWEN.files, 'Qwen3-0.6B-Q4_K_M.gguf') ?? Buffer.alloc(0);
    wrong[100] = (wrong[100] ?? 0) ^ 1;
    await mkdir(join(scene.folder, 'old'));
    await writeFile(join(scene.folder, 'old/model.gguf'), wrong);
    expect((await run(['install', SPEAKER, '--adopt', 'old'])).code).toBe(0);
    expect((await run(['verify', SPEAKER])).code).toBe(0);
    expect(wrong.equals(await readFile(join(scene.folder, 'old/model.gguf')))).toBe(true);
  });

  it('fails for a folder that isn’t there', async () => {
    const { code, err } = await run(['install', '--adopt', 'nowhere']);
    expect(code).toBe(1);
    expect(err).toContain('nowhere');
  });
});
