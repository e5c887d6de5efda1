import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { readEnvironment, wantsColours } from './environment';
import { UsageError } from './usageError';

const TOKEN = 'hf_canaryCANARY';
const warn = vi.fn<(text: string) => void>();
const read = (env: Record<string, string>, proxy?: string) =>
  readEnvironment({ HF_HOME: folder, ...env }, { proxy, warn });
const wrong = (env: Record<string, string>, proxy?: string): string => {
  try {
    read(env, proxy);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was taken');
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-environment-'));
  warn.mockClear();
});
afterEach(() => rm(folder, { recursive: true }));

it('takes what is set to nothing for not set', () => {
  const names = ['HF_ENDPOINT', 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_HUB_OFFLINE'];
  const proxies = ['https_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'NO_COLOR'];
  const env = Object.fromEntries([...names, ...proxies].map((name) => [name, ' ']));
  const environment = read(env);
  expect(environment.hubEndpoint).toBe('https://huggingface.co');
  expect(environment.token()).toBeUndefined();
  expect(environment.switchedOffBy).toBeUndefined();
  expect(environment.proxyFor(new URL('https://hub.example'))).toBeUndefined();
  expect(wantsColours(env)).toBe(true);
});

describe('the token', () => {
  it.each([`${TOKEN}\n`, `${TOKEN}\r\n`, `\ufeff ${TOKEN}\t`])(
    '%j loses the blanks around it',
    (value) => {
      expect(read({ HF_TOKEN: value }).token()).toBe(TOKEN);
    },
  );

  it.each([
    `${TOKEN}\n${TOKEN}`,
    `Bearer ${TOKEN}`,
    `${TOKEN}é`,
    `${TOKEN}\u0000x`,
    `${TOKEN}\u200b`,
  ])('%j is refused without being shown', (value) => {
    for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
      const words = wrong({ [name]: value });
      expect(words).toContain(name);
      expect(words).toContain('header');
      expect(words).not.toContain('canary');
    }
  });

  it('of HF_TOKEN comes before the one of older versions, and both before a saved one', async () => {
    await writeFile(join(folder, 'token'), 'hf_saved');
    const both = { HF_TOKEN: TOKEN, HUGGING_FACE_HUB_TOKEN: 'hf_old' };
    expect(read(both).token()).toBe(TOKEN);
    expect(read({ ...both, HF_TOKEN: '' }).token()).toBe('hf_old');
    expect(read({}).token()).toBe('hf_saved');
  });

  it('is found where hf saves it', async () => {
    await mkdir(join(folder, 'cache/huggingface'), { recursive: true });
    await writeFile(join(folder, 'cache/huggingface/token'), 'hf_cache');
    await writeFile(join(folder, 'mine'), 'hf_mine\n');
    const HF_HOME = '';
    expect(read({ HF_HOME, XDG_CACHE_HOME: join(folder, 'cache') }).token()).toBe('hf_cache');
    const BASE = folder;
    expect(read({ HF_HOME, BASE, XDG_CACHE_HOME: '${BASE}/cache' }).token()).toBe('hf_cache');
    expect(read({ HF_TOKEN_PATH: join(folder, 'mine') }).token()).toBe('hf_mine');
    expect(read({ HF_TOKEN_PATH: join(folder, 'none') }).token()).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
  });

  it('that is saved is read when it is about to be sent, and once', async () => {
    const { token } = read({});
    await writeFile(join(folder, 'token'), TOKEN);
    expect(token()).toBe(TOKEN);
    await writeFile(join(folder, 'token'), 'hf_other');
    expect(token()).toBe(TOKEN);
  });

  it('that is saved is read as Windows writes it, too', async () => {
    await writeFile(join(folder, 'token'), Buffer.from(`\ufeff${TOKEN}\r\n`, 'utf16le'));
    expect(read({}).token()).toBe(TOKEN);
  });

  it.each([
    ['two lines', `${TOKEN}\n${TOKEN}\n`],
    ['more than a token', TOKEN.repeat(1000)],
  ])('that is saved as %s is left out with a word, once', async (_, text) => {
    await writeFile(join(folder, 'token'), text);
    const { token } = read({});
    expect([token(), token()]).toEqual([undefined, undefined]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toContain(join(folder, 'token'));
    expect(warn.mock.calls[0]?.[0]).not.toContain('canary');
  });

  it('that is saved as a folder is left out with a word', async () => {
    await mkdir(join(folder, 'token'));
    expect(read({}).token()).toBeUndefined();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('that is saved stays there where nobody is to send it unasked', async () => {
    await writeFile(join(folder, 'token'), TOKEN);
    expect(read({ HF_HUB_DISABLE_IMPLICIT_TOKEN: 'YES' }).token()).toBeUndefined();
  });
});

it.each([
  [{ HF_HUB_OFFLINE: '1' }, 'HF_HUB_OFFLINE'],
  [{ HF_HUB_OFFLINE: 'True' }, 'HF_HUB_OFFLINE'],
  [{ TRANSFORMERS_OFFLINE: 'on' }, 'TRANSFORMERS_OFFLINE'],
  [{ HF_HUB_OFFLINE: '0' }, undefined],
  [{ HF_HUB_OFFLINE: 'false' }, undefined],
])('%j is switched off by %s', (env, name) => {
  expect(read(env as Record<string, string>).switchedOffBy).toBe(name);
});

describe('proxies', () => {
  const host = (env: Record<string, string>, address: string, proxy?: string) =>
    read(env, proxy).proxyFor(new URL(address))?.url.host;

  it.each([
    [{ https_proxy: 'http://a', HTTPS_PROXY: 'http://b', ALL_PROXY: 'http://c' }, 'a'],
    [{ https_proxy: '', HTTPS_PROXY: 'http://b', ALL_PROXY: 'http://c' }, 'b'],
    [{ HTTP_PROXY: 'http://b', all_proxy: 'http://d', ALL_PROXY: 'http://c' }, 'd'],
    [{ HTTP_PROXY: 'http://b' }, undefined],
    [{ ALL_PROXY: 'http://c', no_proxy: 'hub.example', NO_PROXY: 'x' }, undefined],
  ])('of %j for https is %s', (env, expected) => {
    expect(host(env as Record<string, string>, 'https://hub.example')).toBe(expected);
  });

  it('of http are others', () => {
    expect(host({ HTTP_PROXY: 'http://b', https_proxy: 'http://a' }, 'http://hub.example')).toBe(
      'b',
    );
  });

  it('of the option count for all, and none where it is empty', () => {
    const env = { https_proxy: 'http://a', HTTP_PROXY: 'http://b' };
    expect(host(env, 'https://hub.example', 'http://mine:1')).toBe('mine:1');
    expect(host(env, 'http://hub.example', 'http://mine:1')).toBe('mine:1');
    expect(host(env, 'https://hub.example', '')).toBeUndefined();
    expect(host({ NO_PROXY: '*' }, 'https://hub.example', 'http://mine:1')).toBeUndefined();
  });

  it('that can’t be used are no hindrance before they are needed, but for the option', () => {
    const { proxyFor } = read({ ALL_PROXY: 'socks5://secret@a' });
    expect(() => proxyFor(new URL('https://hub.example'))).toThrow('PROXY_INVALID');
    const words = wrong({}, 'socks5://secret@a');
    expect(words).toContain('--proxy');
    expect(words).not.toContain('secret');
  });
});
