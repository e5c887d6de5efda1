import { readdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { startHub } from '../../tests/hub/server';
import type { Fault } from '../../tests/hub/faults';
import { QWEN, shelfScene, TOKEN } from '../../tests/shelfScene';

const scene = shelfScene();
const { run, readText } = scene;
const Q8 = `${QWEN.name}:Q8_0`;
const SHA = 'a'.repeat(64);

const json = (value: unknown): Fault => ({
  status: 200,
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
});
const treeIs = (...entries: unknown[]) => {
  scene.hub.faults.push({ match: /\/tree\//, bytesOf: 'text', fault: json(entries) });
};
const infoIs = (facts: Record<string, unknown>) => {
  const fault = json({ id: QWEN.name, sha: QWEN.commit, ...facts });
  scene.hub.faults.push({ match: /\/revision\//, bytesOf: 'text', fault });
};
const entry = (path: string, more: Record<string, unknown> = {}) => ({
  type: 'file',
  path,
  oid: 'b'.repeat(40),
  size: 7,
  lfs: { oid: SHA, size: 7 },
  ...more,
});

async function expectNothing() {
  expect(await readdir(scene.folder)).toEqual([]);
}

describe('a hub that answers with nonsense', () => {
  it.each([
    [
      'names that climb',
      [entry('../../x-Q8_0.gguf'), entry('/etc/x-Q8_0.gguf'), entry('a\\b-Q8_0.gguf')],
    ],
    ['sizes below zero', [entry('x-Q8_0.gguf', { size: -1 })]],
    [
      'sizes that are no whole numbers',
      [entry('x-Q8_0.gguf', { size: 1.5 }), entry('y-Q8_0.gguf', { size: '7' })],
    ],
    ['a digest that is none', [entry('x-Q8_0.gguf', { lfs: { oid: 'short' } })]],
    ['entries that are no objects', [null, 7, 'x-Q8_0.gguf', []]],
  ])('locks nothing from a list with %s', async (_, entries) => {
    treeIs(...entries);
    const { code, err } = await run(['add', Q8]);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('no .gguf') });
    await expectNothing();
  });

  it('stops reading a list of too many files, and one without end', async () => {
    treeIs(...Array.from({ length: 10_001 }, (_, index) => entry(`x${index}-Q8_0.gguf`)));
    expect(await run(['add', Q8])).toMatchObject({
      code: 1,
      err: expect.stringContaining('10000 files'),
    });
    scene.hub.reset();
    const next = `<${scene.hub.endpoint}/api/models/${QWEN.name}/tree/${QWEN.commit}?recursive=true>; rel="next"`;
    const page = { ...json([]), headers: { 'content-type': 'application/json', link: next } };
    scene.hub.faults.push({ match: /\/tree\//, bytesOf: 'text', fault: page });
    const { code, err } = await run(['add', Q8]);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('without end') });
    await expectNothing();
  });

  it.each([
    ['an object', { cardData: { license: { name: 'mit' } } }, 'not stated'],
    ['a list', { cardData: { license: ['mit', 'apache-2.0'] } }, 'mit, apache-2.0'],
    ['a text without end', { cardData: { license: 'x'.repeat(10_000) } }, 'not stated'],
    ['a tag alone', { tags: [7, 'license:mit'] }, 'not stated'],
    ['a tag', { tags: ['gguf', 'license:mit'] }, 'mit'],
    ['nothing', { cardData: null, tags: null, gguf: 'x', gated: 7 }, 'not stated'],
  ])('takes a licence that is %s for what it is', async (_, facts, license) => {
    infoIs(facts);
    const { code } = await run(['add', Q8]);
    expect(code).toBe(0);
    const lock = JSON.parse(await readText('models.lock.json')) as {
      models: { license: string }[];
    };
    expect(lock.models[0]?.license).toBe(license);
  });

  it.each([
    ['no commit', { sha: 'main' }],
    ['a number', { sha: 7 }],
  ])('refuses a description with %s', async (_, facts) => {
    infoIs(facts);
    expect((await run(['add', Q8])).code).toBe(1);
    await expectNothing();
  });

  it('prints no control characters of the hub', async () => {
    treeIs(entry('a\u001b[31m-Q4_0.gguf'), entry('b-Q4_0.gguf'), entry('c-Q5_0.gguf'));
    const { err } = await run(['add', QWEN.name]);
    expect(err).not.toContain('\u001b');
    expect(err).toContain('b-Q4_0.gguf');
  });

  it('never sends the token to another host, wherever the answers point', async () => {
    const thief = await startHub({ repos: [QWEN], tokens: {} });
    try {
      const elsewhere = `${thief.endpoint}/api/models/${QWEN.name}/revision/main`;
      scene.hub.faults.push({ match: /\/revision\//, times: 1, fault: { location: elsewhere } });
      const link = `<${thief.endpoint}/api/models/${QWEN.name}/tree/main>; rel="next"`;
      scene.hub.faults.push({ match: /\/tree\//, fault: { headers: { link } } });
      await run(['add', Q8], { HF_TOKEN: TOKEN });
      expect(scene.hub.log.some(({ headers }) => headers['authorization']?.includes(TOKEN))).toBe(
        true,
      );
      expect(thief.log.map(({ path }) => path)).toEqual([`/api/models/${QWEN.name}/revision/main`]);
      expect(thief.log.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
    } finally {
      await thief.close();
    }
  });
});

describe('a hub that refuses', () => {
  it.each([
    [
      '401',
      {
        status: 401,
        body: 'json',
        headers: { 'x-error-message': 'Invalid username or password.' },
      },
      'sign-in',
    ],
    [
      '401 for a licence',
      { status: 401, body: 'json', headers: { 'x-error-code': 'GatedRepo' } },
      'accept its terms',
    ],
    ['403', { status: 403, body: 'json' }, 'Access denied'],
    [
      '404',
      { status: 404, body: 'json', headers: { 'x-error-code': 'RepoNotFound' } },
      'does not have this repository',
    ],
    [
      'a sign-in page',
      { status: 200, body: 'html', headers: { 'content-type': 'text/html' } },
      'sent a page',
    ],
  ] as const)('is quoted in words for %s, at once', async (_, fault, words) => {
    scene.hub.faults.push({ match: /^\/api\//, bytesOf: 'text', fault });
    const { code, err } = await run(['add', Q8]);
    expect(code).toBe(1);
    expect(err).toContain(words);
    await expectNothing();
  });

  it('is asked again after as long as it wants with 429', async () => {
    const headers = { 'retry-after': '1' };
    scene.hub.faults.push({
      match: /\/revision\//,
      times: 1,
      fault: { status: 429, body: 'json', headers },
    });
    const { code, err } = await run(['add', Q8]);
    expect(code).toBe(0);
    expect(err).toContain('Too many requests');
  });
});
