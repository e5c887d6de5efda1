import { describe, expect, it } from 'vitest';

import { readAddLink } from './addLink';
import { readHubAddress } from './hubAddress';

const HUB = 'https://huggingface.co';
const MIRROR = 'https://mirror.example/hub';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const REPO = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const FILE = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';

const repository = (part: object = {}) => ({
  kind: 'repository',
  repository: REPO,
  revision: 'main',
  quantization: undefined,
  path: undefined,
  ...part,
});
const whole = repository();
const file = repository({ path: FILE });

describe('what a person writes', () => {
  it.each([
    ['', { kind: 'words', words: '' }],
    ['  small  \n model ', { kind: 'words', words: 'small model' }],
    ['qwen3', { kind: 'words', words: 'qwen3' }],
    ['llama: the 3.2', { kind: 'words', words: 'llama: the 3.2' }],
    ['half \ud800 of a character', { kind: 'words', words: 'half of a character' }],
    ['../..', { kind: 'words', words: '../..' }],
    [REPO, whole],
    [`hf:${REPO}`, whole],
    [`hf://${REPO}`, whole],
    [`${REPO}:q4_k_m`, repository({ quantization: 'q4_k_m' })],
    [`hf:${REPO}:UD-Q4_K_XL@v1.0`, repository({ quantization: 'UD-Q4_K_XL', revision: 'v1.0' })],
    [`${REPO}@refs/pr/1`, repository({ revision: 'refs/pr/1' })],
    [`${REPO}@${COMMIT}`, repository({ revision: COMMIT })],
    ['hf:words alone', { kind: 'unreadable', problem: 'names no repository' }],
    [`hf:${REPO}@../../x`, { kind: 'unreadable', problem: 'names no repository' }],
    ['x'.repeat(3_000), { kind: 'unreadable', problem: 'is too long for an address' }],
  ])('%j', (written, meaning) => {
    expect(readHubAddress(written, HUB)).toEqual(meaning);
  });
});

describe('an address as a browser shows it', () => {
  it.each([
    [`https://huggingface.co/${REPO}`, whole],
    [`https://huggingface.co/${REPO}/`, whole],
    [`http://www.huggingface.co/${REPO}?library=gguf&local-app=ollama#model-card`, whole],
    [`hf.co/${REPO}`, whole],
    [`https://huggingface.co/${REPO}/tree/main`, whole],
    [`https://huggingface.co/${REPO}/discussions/3`, whole],
    [`https://huggingface.co/api/models/${REPO}`, whole],
    [`https://huggingface.co/api/models/${REPO}/tree/main?recursive=true`, whole],
    [`https://huggingface.co/${REPO}/tree/v1%2Fbeta/sub`, repository({ revision: 'v1/beta' })],
    [`https://huggingface.co/${REPO}/commit/${COMMIT}`, repository({ revision: COMMIT })],
    [`https://huggingface.co/${REPO}/tree/refs/pr/1`, repository({ revision: 'refs/pr/1' })],
    [`https://huggingface.co/${REPO}/tree/refs%2Fpr%2F1`, repository({ revision: 'refs/pr/1' })],
    [`https://huggingface.co/${REPO}/blob/main/${FILE}`, file],
    [`huggingface.co/${REPO}/resolve/main/${FILE}?download=true`, file],
    [`https://hf.co/${REPO}/raw/main/${FILE}#L1`, file],
    [
      `https://huggingface.co/${REPO}/blob/refs/pr/1/a%20b/${FILE}`,
      repository({ revision: 'refs/pr/1', path: `a b/${FILE}` }),
    ],
    // The hub's own view of a header has the file in the query.
    [`https://huggingface.co/${REPO}?show_file_info=${FILE}`, file],
    [
      `https://huggingface.co/${REPO}/tree/v2?show_file_info=a%2F${FILE}`,
      repository({ revision: 'v2', path: `a/${FILE}` }),
    ],
    // Other programs name a quantization behind the address.
    [`hf.co/${REPO}:Q8_0`, repository({ quantization: 'Q8_0' })],
    [
      'https://huggingface.co/models?library=gguf&search=tiny+llama',
      { kind: 'words', words: 'tiny llama' },
    ],
    ['https://huggingface.co/bartowski', { kind: 'words', words: 'bartowski' }],
  ])('%s', (written, meaning) => {
    expect(readHubAddress(written, HUB)).toEqual(meaning);
  });

  it.each([
    ['https://huggingface.co/datasets/org/name', 'names no repository and no file of the hub'],
    ['https://huggingface.co/spaces/org/name', 'names no repository and no file of the hub'],
    [`https://huggingface.co/${REPO}/blob/main`, 'names no repository and no file of the hub'],
    ['https://huggingface.co/a%2Fb/c', 'names no repository and no file of the hub'],
    ['https://example.com/', 'isn’t an address of the hub'],
    ['https://huggingface.co.evil.example/a/b/blob/main/x.txt', 'isn’t an address of the hub'],
    [`https://me:secret@huggingface.co/${REPO}`, 'must not hold a name or a password'],
    ['http://example.com/x.gguf', 'must be an https address (http only on this computer)'],
  ])('is refused: %s', (written, problem) => {
    expect(readHubAddress(written, HUB)).toEqual({ kind: 'unreadable', problem });
  });

  it('may be one below the path of a mirror, whose neighbours aren’t the hub', () => {
    expect(readHubAddress(`${MIRROR}/${REPO}/blob/main/${FILE}`, MIRROR)).toEqual(file);
    expect(readHubAddress(`mirror.example/hub/${REPO}`, MIRROR)).toEqual(whole);
    expect(readHubAddress(`https://huggingface.co/${REPO}`, MIRROR)).toEqual(whole);
    const beside = `https://mirror.example/hubs/${REPO}`;
    expect(readHubAddress(beside, MIRROR)).toMatchObject({ kind: 'unreadable' });
  });

  it('of a model file that isn’t at the hub is told apart', () => {
    const url = 'https://example.com/models/x.GGUF?v=2';
    expect(readHubAddress(url, HUB)).toEqual({ kind: 'elsewhere', url });
    const page = 'https://github.com/org/repo/blob/main/x.gguf';
    expect(readHubAddress(page, HUB)).toEqual({
      kind: 'elsewhere',
      url: 'https://github.com/org/repo/raw/main/x.gguf',
    });
  });
});

describe('a link of the app', () => {
  it('names a repository, and maybe one of its files', () => {
    expect(readAddLink({ repo: REPO, file: FILE })).toEqual(file);
    expect(readAddLink({ repo: REPO })).toEqual(whole);
    expect(readAddLink({ repo: REPO, file: `1b/${FILE}`, utm_source: 'hub' })).toMatchObject({
      path: `1b/${FILE}`,
    });
  });

  it.each([
    [{}],
    [{ repo: 'name' }],
    [{ repo: '../..' }],
    [{ repo: [REPO, REPO] }],
    [{ repo: `https://evil.example/${REPO}` }],
    [{ repo: REPO, file: '' }],
    [{ repo: REPO, file: '../x.gguf' }],
    [{ repo: REPO, file: '/etc/x.gguf' }],
    [{ repo: REPO, file: 'https://evil.example/x.gguf' }],
    [{ repo: REPO, file: 'x.gguf?y' }],
    [{ repo: REPO, file: 'x.exe' }],
    [{ repo: REPO, file: 'a\u202eb.gguf' }],
    [{ repo: REPO, file: [FILE] }],
  ])('of another form is no link: %j', (parameters) => {
    expect(readAddLink(parameters)).toBeUndefined();
  });

  it.each([
    [`modelshelf://add?repo=${REPO}&file=${FILE}`, file],
    [`modelshelf://settings/models/add?repo=${encodeURIComponent(REPO)}`, whole],
    [`https://app.example/base/settings/models/add?file=${FILE}&repo=${REPO}#x`, file],
    // The host of a link is never asked for anything.
    [`http://evil.example/settings/models/add?repo=${REPO}`, whole],
  ])('can be pasted: %s', (link, meaning) => {
    expect(readHubAddress(link, HUB)).toEqual(meaning);
  });

  it.each([
    ['modelshelf://add'],
    ['modelshelf://open?repo=a/b'],
    [`modelshelf://add?repo=${REPO}&repo=a/b`],
    [`modelshelf://add?repo=${REPO}&file=${FILE}&file=x.gguf`],
    [`modelshelf://add?repo=${REPO}&file=..%2f..%2fx.gguf`],
    [`https://app.example/settings/models/add?repo=x`],
  ])('that is wrong is refused: %s', (link) => {
    expect(readHubAddress(link, HUB)).toEqual({
      kind: 'unreadable',
      problem: 'is no link to a model',
    });
  });
});
