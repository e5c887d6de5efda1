import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir, readdir, readFile, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { parseCatalog } from '../../lib/ai/registry/catalog';
import { printable } from '../../lib/components/words/words';
import { createModelSettings } from '../../lib/db/modelSettings';
import { askText } from '../../lib/download/answers/askText';
import { isModelError } from '../../lib/errors';
import { checkedHop } from '../../lib/platform/addresses/hops';
import { isPortableName } from '../../lib/platform/shared/storePath';
import type { Platform } from '../../lib/platform/types';
import { readCatalog } from '../../scripts/cli/readCatalog';
import { MODEL } from '../modelFixture';
import { sceneForEach } from './sceneForEach';
import { pinned, SIZE, tagged } from './served';

const stage = sceneForEach();
const HUB = { hubEndpoint: 'https://huggingface.co', token: undefined };
const unsafe = expect.objectContaining({ code: 'REDIRECT_UNSAFE' });
const run = promisify(execFile);

it.each(['../../escape', '/etc/escape', '\u202efugg', 'C:\\escape'])(
  'S10: takes no name from a server: %s',
  async (name) => {
    stage.onFile({
      headers: { 'content-disposition': `attachment; filename="${encodeURI(name)}"` },
    });
    await stage.scene.ensure();
    expect((await readdir(join(stage.scene.folder, 'tiny'))).sort()).toEqual([
      'model.json',
      'tiny.gguf',
    ]);
  },
);

const ELSEWHERE = [
  'http://127.0.0.1:5432/',
  'http://localhost/',
  'http://localhost./',
  'http://0x7f.1/',
  'http://2130706433/',
  'http://127.1/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://huggingface.co/',
  'file:///etc/passwd',
  'ftp://huggingface.co/',
  'data:text/plain,x',
  'blob:https://huggingface.co/1',
  'content://media/1',
  'javascript:alert(1)',
];

it.each(ELSEWHERE)('S11: asks nothing of %s', (address) => {
  expect(() => checkedHop(address, undefined, HUB)).toThrow(unsafe);
});

it.each([...ELSEWHERE, '//127.0.0.1/', 'https://user@cdn.hf.co/'])(
  'S12: is led to %s by nobody',
  (address) => {
    const base = new URL('https://huggingface.co/a/b/resolve/main/c');
    // Without a scheme of its own it has the one before it, and a certificate to show.
    if (address.startsWith('//')) expect(checkedHop(address, base, HUB).protocol).toBe('https:');
    else expect(() => checkedHop(address, base, HUB)).toThrow(unsafe);
  },
);

const NEVER = new AbortController().signal;
const catalogTools = (platform: Platform) => ({
  ...platform,
  random: () => 0,
  warn: () => undefined,
});

it('S18: expands nothing that it is sent, and reads no more of it than it needs', async () => {
  const { hub } = stage;
  await stage.reopen({ models: [tagged(hub)], runtime: 'executorch' });
  hub.faults.push({ match: /^\/api\//, fault: { bombBytes: 52_000_000 } });
  await stage.scene.failure(['NOT_A_MODEL', 'HTTP_UNEXPECTED']);
  const { platform } = stage.scene;
  const place = `${hub.endpoint}/api/models/owner/tiny`;
  const { text } = await readCatalog(place, catalogTools(platform));
  expect(text?.length ?? 0).toBeLessThan(100_000);
});

it.each([
  ['S18: a catalog', '/catalog.json', 2],
  ['S18: an answer of the hub', '/api/models/owner/tiny/revision/v1', 8],
])('%s past its limit is refused, not read', async (_, path, mebibytes) => {
  const { hub } = stage;
  const { platform } = stage.scene;
  const maxBytes = mebibytes * 1024 * 1024;
  hub.faults.push({ fault: { body: 'x'.repeat(maxBytes + 1) } });
  const reading = askText(platform, { url: `${hub.endpoint}${path}`, maxBytes }, NEVER);
  await expect(reading).rejects.toMatchObject({ code: 'HTTP_UNEXPECTED' });
  expect(
    (await readCatalog(`${hub.endpoint}${path}`, catalogTools(platform))).text,
  ).toBeUndefined();
});

const DEEP = 100_000;

it.each([
  ['nested without end', '['.repeat(DEEP) + ']'.repeat(DEEP)],
  ['with a million keys', `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join()}}`],
  [
    'with a prototype',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}',
  ],
  ['with one model', '{"version":1,"models":[{"__proto__":{"modelId":"x","polluted":true}}]}'],
  ['with numbers past every limit', '{"version":1e999,"models":[1e400]}'],
  ['with half a character', '{"version":1,"models":["\\ud800"]}'],
  ['larger than a catalog may be', ' '.repeat(2 * 1024 * 1024 + 1)],
])('S19: survives a catalog %s', (_, text) => {
  try {
    expect(parseCatalog(text).models).toEqual([]);
  } catch (error) {
    expect(isModelError(error) && error.code).toBe('CATALOG_INVALID');
  }
  expect('polluted' in {}).toBe(false);
});

it('S19: treats a model called "constructor" as any other', async () => {
  const config = pinned(stage.hub, 'constructor');
  await stage.reopen({ models: [config] });
  expect(stage.scene.state(config)).toEqual({ kind: 'absent' });
  await stage.scene.ensure(config);
  expect(stage.scene.state(config)).toMatchObject({ kind: 'installed', sizeBytes: SIZE });
});

it('S20: neither writes nor removes through a link in the models folder', async () => {
  const { folder, manager, ensure } = stage.scene;
  const outside = `${folder}-outside`;
  await mkdir(outside);
  await writeFile(join(outside, 'tiny.gguf'), 'precious');
  await symlink(outside, join(folder, 'tiny'));
  const refused = { code: 'FOLDER_LINKED' };
  await expect(ensure()).rejects.toMatchObject(refused);
  expect(await readdir(outside)).toEqual(['tiny.gguf']);
  await expect(manager.deleteModel(pinned(stage.hub))).rejects.toMatchObject(refused);
  expect(await readFile(join(outside, 'tiny.gguf'), 'utf8')).toBe('precious');
  await expect(stage.scene.platform.files.remove('tiny')).rejects.toMatchObject(refused);
  expect(await readFile(join(outside, 'tiny.gguf'), 'utf8')).toBe('precious');
  // What a person does who wants it here again.
  await unlink(join(folder, 'tiny'));
});

it('S21: finds what was changed after it had been verified', async () => {
  const { folder, manager, ensure } = stage.scene;
  await ensure();
  const place = join(folder, 'tiny/tiny.gguf');
  const bytes = await readFile(place);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  await writeFile(place, bytes);
  const verifying = manager.verifyModel(pinned(stage.hub));
  await expect(verifying).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  await writeFile(place, bytes.subarray(1));
  await stage.reopen();
  expect(stage.scene.state().kind).not.toBe('installed');
});

it('S22: makes nothing that other users could write, whatever the mask', async () => {
  const before = process.umask(0);
  try {
    await stage.scene.ensure();
  } finally {
    process.umask(before);
  }
  const { folder } = stage.scene;
  for (const name of await readdir(folder, { recursive: true })) {
    const { mode } = await stat(join(folder, name));
    expect(mode & 0o022, name).toBe(0);
  }
});

it('S27: takes any text for an id, and never for a statement', async () => {
  const settings = createModelSettings(stage.scene.platform.database);
  const id = fc.oneof(
    fc.constantFrom(
      "'); DROP TABLE downloaded_model;--",
      '" OR 1=1',
      'a\0b',
      '%_*',
      'x'.repeat(100_000),
    ),
    fc.string({ unit: 'grapheme' }),
  );
  await fc.assert(
    fc.asyncProperty(id, async (modelId) => {
      const row = { modelId, downloadedAt: 1, ptePath: modelId, size: 1 };
      await settings.addDownloadedModel(row);
      expect((await settings.getSettings()).downloadedModels).toEqual([row]);
      await settings.removeDownloadedModel(modelId);
      expect((await settings.getSettings()).downloadedModels).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('S29: reads a hundred thousand characters of anything about as fast as it can', () => {
  const hostile = [
    'a'.repeat(1e5),
    '.'.repeat(1e5),
    ' '.repeat(1e5),
    `${'a.'.repeat(5e4)}!`,
    '\u0000'.repeat(1e5),
  ];
  const startedAtMs = performance.now();
  for (const text of hostile) {
    isPortableName(text);
    printable(text);
    parseCatalog(
      JSON.stringify({ version: 1, models: [{ ...MODEL, modelId: text, folderName: text }] }),
    );
  }
  // Squared effort would take minutes.
  expect(performance.now() - startedAtMs).toBeLessThan(1000);
});

it.each([
  ['a git id', { oid: 'a'.repeat(40) }, 'NOT_A_MODEL'],
  ['no hexadecimal', { oid: 'g'.repeat(64) }, 'NOT_A_MODEL'],
  ['a Xet hash', { oid: 'a'.repeat(64) }, 'HASH_MISMATCH'],
] as const)('S36: takes %s for no SHA-256', async (_, lfs, code) => {
  const { hub } = stage;
  await stage.reopen({ models: [tagged(hub)], runtime: 'executorch' });
  const paths = ['tiny.pte', 'tokenizer.json', 'tokenizer_config.json'];
  const infos = paths.map((path) => ({
    type: 'file',
    oid: 'b'.repeat(40),
    size: 300_000,
    path,
    lfs,
  }));
  hub.faults.push({ match: /paths-info/, fault: { body: JSON.stringify(infos) } });
  stage.mayStepBack(1);
  await stage.scene.failure([code]);
  const sha256 = lfs.oid.slice(0, 40);
  const ggufSource = { ...MODEL.ggufSource, sha256 };
  expect(
    parseCatalog(JSON.stringify({ version: 1, models: [{ ...MODEL, ggufSource }] })).models,
  ).toEqual([]);
});

it('S37: runs nothing of a package on installing it, and names every package by its digest', async () => {
  const root = join(import.meta.dirname, '../..');
  const { scripts, dependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const hooks = Object.keys(scripts ?? {}).filter((name) =>
    /^(pre|post)?(install|prepare)$/.test(name),
  );
  expect(hooks).toEqual([]);
  const workspace = await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8');
  expect(workspace).not.toMatch(/onlyBuiltDependencies|dangerouslyAllowAllBuilds/);
  const lock = await readFile(join(root, 'pnpm-lock.yaml'), 'utf8');
  for (const name of Object.keys(dependencies ?? {})) expect(lock).toContain(name);
  const resolutions = lock.match(/resolution: \{.*\}/g) ?? [];
  expect(resolutions.length).toBeGreaterThan(500);
  expect(resolutions.filter((line) => !line.includes('integrity: sha512-'))).toEqual([]);
  const { stdout } = await run('git', ['ls-files', 'pnpm-lock.yaml'], { cwd: root });
  expect(stdout.trim()).toBe('pnpm-lock.yaml');
});

it('S38: asks nobody but the hub and where it leads, and nobody at all about what is here', async () => {
  const hosts = new Set<string>();
  const note = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // Peers meet at a path; only what has a port leaves this process for somewhere else.
    socket.once('connect', () => {
      const { remoteAddress, remotePort } = socket;
      if (remotePort !== undefined) hosts.add(`http://${String(remoteAddress)}:${remotePort}`);
    });
  };
  subscribe('net.client.socket', note);
  try {
    const { hub } = stage;
    await stage.scene.ensure();
    expect([...hosts].sort()).toEqual([hub.endpoint, hub.cdnOrigin].sort());
    hosts.clear();
    await stage.reopen();
    await stage.scene.ensure();
    await stage.scene.manager.verifyModel(pinned(hub));
    await stage.scene.manager.deleteModel(pinned(hub));
    expect([...hosts]).toEqual([]);
  } finally {
    unsubscribe('net.client.socket', note);
  }
});
