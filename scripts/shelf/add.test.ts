import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseCatalog } from '../../lib/ai/registry/catalog';
import { bytesContent, wholeOf } from '../../tests/hub/content';
import { sha256 } from '../../tests/modelFixture';
import { PHONES, QWEN, shelfScene, TOKEN } from '../../tests/shelfScene';

const scene = shelfScene();
const { run, readText } = scene;
const LOCK = 'models.lock.json';

const lockedModels = async () => parseCatalog(await readText(LOCK)).models;
const bodies = () => scene.hub.log.filter(({ origin }) => origin === 'cdn');

describe('modelshelf add', () => {
  it('writes repository, commit, bytes, SHA-256 and licence of a GGUF build, and downloads nothing', async () => {
    const { code, err } = await run(['add', `hf:${QWEN.name}:q8_0`]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const file = QWEN.files['Qwen3-0.6B-Q8_0.gguf'];
    const projector = QWEN.files['mmproj-Qwen3-F16.gguf'];
    expect(JSON.parse(await readText(LOCK))).toEqual({
      version: 2,
      models: [
        {
          modelId: 'qwen3-0.6b-q8-0',
          displayName: 'Qwen3-0.6B Q8_0',
          description: 'llama.cpp (GGUF) Q8_0, from Qwen/Qwen3-0.6B-GGUF.',
          size: '0.6B',
          folderName: 'qwen3-0.6b-q8-0',
          huggingFaceUrl: 'https://huggingface.co/Qwen/Qwen3-0.6B-GGUF',
          license: 'apache-2.0',
          builds: [
            {
              runtime: 'llama.cpp',
              quantization: 'Q8_0',
              contextTokens: 40_960,
              files: [
                {
                  role: 'weights',
                  fileName: 'Qwen3-0.6B-Q8_0.gguf',
                  source: {
                    kind: 'remote',
                    url: `https://huggingface.co/${QWEN.name}/resolve/${QWEN.commit}/Qwen3-0.6B-Q8_0.gguf`,
                    sizeBytes: 40_000,
                    sha256: file?.content.digest('sha256'),
                  },
                },
                {
                  role: 'projector',
                  fileName: 'mmproj-Qwen3-F16.gguf',
                  source: {
                    kind: 'remote',
                    url: `https://huggingface.co/${QWEN.name}/resolve/${QWEN.commit}/mmproj-Qwen3-F16.gguf`,
                    sizeBytes: 5_000,
                    sha256: projector?.content.digest('sha256'),
                  },
                },
              ],
            },
          ],
          provenance: { repository: QWEN.name, commit: QWEN.commit },
        },
      ],
    });
    expect((await lockedModels()).map(({ modelId }) => modelId)).toEqual(['qwen3-0.6b-q8-0']);
    expect(bodies()).toEqual([]);
    expect((await readdir(scene.folder)).sort()).toEqual(['models.lock.d.ts', LOCK]);
  });

  it('changes nothing the second time, whatever the order', async () => {
    expect((await run(['add', `${QWEN.name}:Q8_0`, `${QWEN.name}:Q4_K_M`])).code).toBe(0);
    const first = await readText(LOCK);
    const again = await run(['add', `${QWEN.name}:Q4_K_M`, `hf:${QWEN.name}:Q8_0@main`, '--json']);
    expect(again.code).toBe(0);
    expect(await readText(LOCK)).toBe(first);
    const events = again.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(events).toMatchObject([
      { event: 'added', modelId: 'qwen3-0.6b-q4-k-m', changed: false },
      { event: 'added', modelId: 'qwen3-0.6b-q8-0', changed: false },
    ]);
    expect((await lockedModels()).map(({ modelId }) => modelId)).toEqual([
      'qwen3-0.6b-q4-k-m',
      'qwen3-0.6b-q8-0',
    ]);
  });

  it.each([
    [`HUB/${QWEN.name}/blob/main/Qwen3-0.6B-Q8_0.gguf#L1`],
    [`HUB/${QWEN.name}/resolve/main/Qwen3-0.6B-Q8_0.gguf?download=true`],
    [`https://huggingface.co/${QWEN.name}/blob/main/Qwen3-0.6B-Q8_0.gguf`],
  ])('takes the address of a file as people copy it: %s', async (written) => {
    const spec = written.replace(/^HUB/, scene.hub.endpoint);
    expect(await run(['add', spec])).toMatchObject({ code: 0, err: '' });
    const { name: repository, commit } = QWEN;
    expect((await lockedModels())[0]?.provenance).toEqual({ repository, commit });
  });

  it.each([
    [`hf.co/${QWEN.name}/resolve/${QWEN.commit}/Qwen3-0.6B-Q8_0.gguf`],
    [`${QWEN.name}:Q8_0@${QWEN.commit}`],
  ])('follows no branch where a commit is named: %s', async (spec) => {
    expect(await run(['add', spec])).toMatchObject({ code: 0, err: '' });
    const { name: repository, commit } = QWEN;
    expect((await lockedModels())[0]?.provenance).toEqual({
      ...{ repository, commit, revision: commit },
    });
  });

  it('takes a tag, and locks the commit behind it', async () => {
    expect((await run(['add', `${QWEN.name}@v1`])).code).toBe(0);
    expect((await lockedModels())[0]?.provenance?.commit).toBe(QWEN.tags?.['v1']);
    // The same id at another revision is the same model, newer.
    expect((await run(['add', `${QWEN.name}:Q8_0`])).code).toBe(0);
    const models = await lockedModels();
    expect(models.map(({ provenance }) => provenance?.commit)).toEqual([QWEN.commit]);
  });

  it.each([
    `${QWEN.name}:BF16`,
    `https://hf.co/${QWEN.name}/blob/main/big/Qwen3-BF16-00001-of-00002.gguf`,
  ])('locks all parts of a split model as one build: %s', async (spec) => {
    expect(await run(['add', spec])).toMatchObject({ code: 0, err: '' });
    const [build] = (await lockedModels())[0]?.builds ?? [];
    expect(build?.files.map(({ role, fileName }) => [role, fileName])).toEqual([
      ['weights', 'Qwen3-BF16-00001-of-00002.gguf'],
      ['weights', 'Qwen3-BF16-00002-of-00002.gguf'],
      ['projector', 'mmproj-Qwen3-F16.gguf'],
    ]);
  });

  it.each([QWEN.name, `https://huggingface.co/${QWEN.name}/tree/main`])(
    'asks for a quantization where there are several, lists them, and writes nothing: %s',
    async (spec) => {
      const { code, err } = await run(['add', spec]);
      expect(code).toBe(2);
      expect(err).toContain('Q4_K_M');
      expect(err).toContain('Q8_0');
      expect(err).toContain(`hf:${QWEN.name}:Q4_K_M`);
      expect(err).not.toContain('mmproj');
      expect(await readdir(scene.folder)).toEqual([]);
    },
  );

  it.each([
    [
      'a projector by its address',
      `https://hf.co/${QWEN.name}/blob/main/mmproj-Qwen3-F16.gguf`,
      1,
      'sees pictures',
    ],
    ['a quantization that isn’t there', `${QWEN.name}:Q5_K_M`, 2, 'has no build Q5_K_M'],
    [
      'a file that isn’t there',
      `https://hf.co/${QWEN.name}/blob/main/no.gguf`,
      2,
      'no usable file no.gguf',
    ],
    ['an address elsewhere', 'https://example.com/model.gguf', 2, 'isn’t an address of the hub'],
    ['a word', 'qwen', 2, 'names no model'],
    ['a path that climbs', '../..:Q8_0', 2, 'names no model'],
    ['a model that comes with the app', 'tiny-demo', 1, 'comes with the app'],
    ['a model that isn’t released', 'glm-4-9b-chat', 1, 'Coming soon'],
    ['a revision that isn’t there', `${QWEN.name}:Q8_0@v9`, 1, 'does not have this revision'],
  ])('refuses %s with the reason', async (_, spec, code, words) => {
    const result = await run(['add', spec]);
    expect(result.code).toBe(code);
    expect(result.err).toContain(words);
    expect(await readdir(scene.folder)).toEqual([]);
  });

  it('locks a build for phones with its tokenizer files, whose SHA-256 it computes itself', async () => {
    expect(await run(['add', PHONES.name])).toMatchObject({ code: 0, err: '' });
    const [model] = await lockedModels();
    expect(model).toMatchObject({
      modelId: 'smollm2-135m',
      license: 'cc-by-4.0',
      size: '135M',
    });
    const files = model?.builds?.[0]?.files ?? [];
    expect(files.map(({ role, fileName }) => [role, fileName])).toEqual([
      ['weights', 'model.pte'],
      ['tokenizer', 'tokenizer.json'],
      ['tokenizerConfig', 'tokenizer_config.json'],
    ]);
    for (const { fileName, source } of files) {
      const content = PHONES.files[fileName]?.content;
      expect(source).toMatchObject({ sha256: content && sha256(wholeOf(content)) });
    }
    // Of the hub's files only these two were read.
    const read = scene.hub.log.filter(({ file, status }) => file !== undefined && status === 200);
    expect(read.map(({ file }) => file)).toEqual([
      `${PHONES.name}/tokenizer.json`,
      `${PHONES.name}/tokenizer_config.json`,
    ]);
  });

  it('refuses a small file that isn’t the one that the hub states', async () => {
    const fault = { status: 200, body: '{"version":"1.0","note":"naïvf"}' };
    scene.hub.faults.push({ match: /tokenizer\.json/, origin: 'hub', bytesOf: 'file', fault });
    const { code, err } = await run(['add', PHONES.name]);
    expect(code).toBe(1);
    expect(err).toMatch(/does not match|wrong|digest/i);
    expect(await readdir(scene.folder)).toEqual([]);
  });

  it('locks a model of the registry with both builds, each at a commit', async () => {
    expect(await run(['add', 'llama-3.2-1b-instruct'])).toMatchObject({ code: 0, err: '' });
    const [model] = await lockedModels();
    expect(model?.builds?.map(({ runtime }) => runtime)).toEqual(['executorch', 'llama.cpp']);
    expect(await readText(LOCK)).not.toContain('v0.10.0');
    expect((await run(['install', '--frozen', '--runtime', 'executorch'])).code).toBe(0);
  });

  it('adds a build to a named model, keeps what a person wrote, and refuses an id by accident', async () => {
    expect((await run(['add', `${QWEN.name}:Q8_0`, '--id', 'mine'])).code).toBe(0);
    const lock = JSON.parse(await readText(LOCK)) as { models: Record<string, unknown>[] };
    Object.assign(lock.models[0] ?? {}, { canThink: true, note: 'ours' });
    await writeFile(join(scene.folder, LOCK), JSON.stringify(lock));
    expect((await run(['add', PHONES.name, '--id', 'mine'])).code).toBe(0);
    const [model] = await lockedModels();
    expect(model?.builds?.map(({ runtime }) => runtime)).toEqual(['executorch', 'llama.cpp']);
    expect(await readText(LOCK)).toContain('"note": "ours"');

    expect((await run(['add', `${QWEN.name}:Q8_0`, '--id', 'smollm2-135m'])).code).toBe(0);
    const { code, err } = await run(['add', PHONES.name]);
    expect(code).toBe(2);
    expect(err).toContain('already in the lock');
  });

  it('writes nothing with --dry-run', async () => {
    const { code, out } = await run(['add', `${QWEN.name}:Q8_0`, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('would be written');
    expect(await readdir(scene.folder)).toEqual([]);
  });

  it('locks a gated model and says what its download needs', async () => {
    scene.hub.repos.set('meta/weights', { ...QWEN, name: 'meta/weights', gated: 'auto' });
    const { code, err } = await run(['add', 'meta/weights:Q8_0']);
    expect(code).toBe(0);
    expect(err).toContain('has to be accepted at https://huggingface.co/meta/weights');
  });

  it('states a licence with terms of its own, and that it was accepted', async () => {
    const license = { content: bytesContent('Terms “of use”.\n'), lfs: false };
    const files = { ...QWEN.files, 'LICENSE.txt': license };
    const name = 'meta/llama';
    scene.hub.repos.set(name, { ...QWEN, name, files, license: { license: 'llama3.2' } });
    const url = `https://huggingface.co/${name}/resolve/${QWEN.commit}/LICENSE.txt`;
    const { code, err } = await run(['add', `${name}:Q8_0`]);
    expect(code).toBe(0);
    expect(err).toContain('--accept-license');
    expect(err).toContain(url);
    const [asked] = await lockedModels();
    expect(asked).toMatchObject({ needsAcceptance: true, licenseText: { url } });

    expect((await run(['add', `${name}:Q8_0`, '--accept-license'])).code).toBe(0);
    const [accepted] = await lockedModels();
    const digest = license.content.digest('sha256');
    expect(accepted?.licenseText).toEqual({ url, sha256: digest });
    expect(await readText(LOCK)).toContain(`"textSha256": "${digest}"`);
  });

  it('fails for a gated model of which it has to read a file, without access', async () => {
    const { code, err } = await run(['add', 'meta/gated', '--quiet'], { HF_TOKEN: TOKEN });
    expect(code).toBe(1);
    expect(err).toContain('accept its terms');
    expect(err).not.toContain(TOKEN);
  });

  it('keeps every model of several that are added at once', async () => {
    const specs = [`${QWEN.name}:Q8_0`, `${QWEN.name}:Q4_K_M`, PHONES.name, 'qwen-3-0.6b'];
    const results = await Promise.all(specs.map((spec) => run(['add', spec])));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await lockedModels()).toHaveLength(4);
    const types = await readText('models.lock.d.ts');
    expect(types.match(/: true;/g)).toHaveLength(4);
  });
});
