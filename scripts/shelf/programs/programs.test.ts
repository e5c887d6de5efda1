import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { filesOfProgram, type Program } from './programs';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'modelshelf-programs-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(path: string, content = 'GGUF'): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), content);
}

const look = (program: Program, env: Record<string, string> = {}) =>
  filesOfProgram(program, { env, home, platform: 'darwin' });
const DIGEST = 'ab'.repeat(32);
const COMMIT = 'c0ffee'.padEnd(40, '0');

describe('the cache of Hugging Face', () => {
  const repository = '.cache/huggingface/hub/models--me--fox--GGUF';

  async function writeSnapshot(commit = COMMIT): Promise<void> {
    await write(`${repository}/blobs/${DIGEST}`);
    await write(`${repository}/blobs/small-file-of-git`, '{}');
    await write(`${repository}/refs/main`, commit);
    const snapshot = join(home, repository, 'snapshots', commit);
    await mkdir(join(snapshot, 'Q8 0'), { recursive: true });
    await symlink(`../../../blobs/${DIGEST}`, join(snapshot, 'Q8 0/fox.gguf'));
    await symlink('../../blobs/small-file-of-git', join(snapshot, 'config.json'));
    await symlink('../../blobs/gone', join(snapshot, 'gone.gguf'));
  }

  it('lists each file once, with its digest and its pinned address', async () => {
    await writeSnapshot();
    await writeSnapshot('d'.repeat(40));
    const { files } = await look('hf');
    expect(files).toMatchObject([
      {
        name: 'me/fox--GGUF/Q8 0/fox.gguf',
        ...{ sizeBytes: 4, sha256: DIGEST },
        url: `https://huggingface.co/me/fox--GGUF/resolve/${COMMIT}/Q8%200/fox.gguf`,
      },
    ]);
  });

  it('lists files without digests where there are no links, and without addresses where there is no commit', async () => {
    await write(`${repository}/snapshots/main/fox.gguf`);
    const { files } = await look('hf');
    expect(files).toMatchObject([{ name: 'me/fox--GGUF/fox.gguf', sha256: undefined }]);
    expect(files[0]?.url).toBeUndefined();
  });

  it('names another version of a file by its commit', async () => {
    await writeSnapshot();
    await write(`${repository}/snapshots/${'e'.repeat(40)}/Q8 0/fox.gguf`, 'GGUF, newer');
    const names = (await look('hf')).files.map(({ name }) => name);
    expect(names).toEqual([
      'me/fox--GGUF/Q8 0/fox.gguf',
      'me/fox--GGUF/Q8 0/fox.gguf@eeeeeeeeeeee',
    ]);
  });

  it.each([
    [{ HF_HUB_CACHE: '/a' }, '/a'],
    [{ HF_HOME: '/b' }, '/b/hub'],
    [{ XDG_CACHE_HOME: '/c' }, '/c/huggingface/hub'],
  ])('is where the environment says: %j', async (env, folder) => {
    expect(await look('hf', env)).toEqual({ folders: [folder], files: [] });
  });
});

describe('Ollama’s store', () => {
  const layer = (mediaType: string, digest: string) => ({
    ...{ mediaType: `application/vnd.ollama.image.${mediaType}`, digest, size: 4 },
  });

  async function writeModel(path: string, content: unknown): Promise<void> {
    await write(`.ollama/models/manifests/${path}`, JSON.stringify(content));
  }

  it('lists models by their names, with the blobs that their manifests name', async () => {
    await write(`.ollama/models/blobs/sha256-${DIGEST}`);
    const layers = [
      layer('template', `sha256:${'1'.repeat(64)}`),
      layer('model', `sha256:${DIGEST}`),
      layer('params', `sha256:${'2'.repeat(64)}`),
    ];
    await writeModel('registry.ollama.ai/library/llama3.2/1b', { schemaVersion: 2, layers });
    await writeModel('registry.ollama.ai/me/fox/latest', { layers });
    await writeModel('hf.co/bartowski/Fox-GGUF/Q4_K_M', { layers });
    const { files } = await look('ollama');
    expect(files.map(({ name }) => name).sort()).toEqual([
      'hf.co/bartowski/Fox-GGUF:Q4_K_M',
      'llama3.2:1b',
      'me/fox:latest',
    ]);
    expect(files[0]).toMatchObject({
      path: join(home, `.ollama/models/blobs/sha256-${DIGEST}`),
      ...{ sha256: DIGEST, sizeBytes: 4 },
    });
  });

  it('passes over what is damaged, hostile or gone', async () => {
    await writeModel('registry.ollama.ai/library/gone/1b', {
      layers: [layer('model', `sha256:${'3'.repeat(64)}`)],
    });
    await writeModel('registry.ollama.ai/library/evil/1b', {
      layers: [layer('model', 'sha256:../../../../etc/passwd')],
    });
    await write('.ollama/models/manifests/registry.ollama.ai/library/half/1b', '{"layers": [');
    expect((await look('ollama')).files).toEqual([]);
  });

  it('is where the environment says', async () => {
    expect((await look('ollama', { OLLAMA_MODELS: '/x' })).folders).toEqual(['/x']);
  });
});

describe('folders of plain files', () => {
  it('are listed by their paths: LM Studio by publisher and repository, llama.cpp by its own names', async () => {
    await write('.lmstudio/models/lmstudio-community/Fox-GGUF/fox-Q4_K_M.gguf');
    await write('.lmstudio/models/lmstudio-community/Fox-GGUF/notes.txt');
    await write('.cache/lm-studio/models/me/old/old.gguf');
    await write('Library/Caches/llama.cpp/ggml-org_fox-GGUF_fox-q8_0.gguf');
    await write('Library/Caches/llama.cpp/ggml-org_fox-GGUF_fox-q8_0.gguf.json', '{}');
    const names = async (program: Program) => (await look(program)).files.map(({ name }) => name);
    expect(await names('lmstudio')).toEqual([
      'lmstudio-community/Fox-GGUF/fox-Q4_K_M.gguf',
      'me/old/old.gguf',
    ]);
    expect(await names('llama.cpp')).toEqual(['ggml-org_fox-GGUF_fox-q8_0.gguf']);
  });
});
