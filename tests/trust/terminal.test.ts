import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelState } from '../../lib/ai/modelState';
import type { ModelFailure } from '../../lib/errors';
import { createReporter } from '../../scripts/cli/reporter';
import { ended, startCommand } from '../command';
import type { Fault } from '../hub/faults';
import { noiseContent } from '../hub/content';
import type { HubRepo } from '../hub/repos';
import { startHub, type Hub } from '../hub/server';
import { SECRETS } from './nodeScene';
import { pinned, REPO, TOKEN } from './served';

/** One way to fail for each repository; those that are retried by themselves would only take longer. */
const FAILURES: Readonly<Record<string, { fault: Fault; code: string }>> = {
  denied: { fault: { status: 401, body: 'json' }, code: 'HTTP_DENIED' },
  gated: { fault: { status: 403, headers: { 'x-error-code': 'GatedRepo' } }, code: 'HTTP_GATED' },
  absent: { fault: { status: 404, body: 'html' }, code: 'HTTP_NOT_FOUND' },
  teapot: { fault: { status: 418, body: 'html' }, code: 'HTTP_UNEXPECTED' },
  portal: { fault: { body: 'html' }, code: 'NOT_A_MODEL' },
  packed: { fault: { gzip: 'always' }, code: 'HTTP_UNEXPECTED' },
  other: { fault: { shiftContentRange: { total: 5 } }, code: 'REMOTE_CHANGED' },
  flipped: { fault: { flipBitsAt: [5] }, code: 'HASH_MISMATCH' },
  flooded: { fault: { headers: { flood: 'x'.repeat(100_000) } }, code: 'HTTP_UNEXPECTED' },
  unsafe: { fault: { location: 'http://10.0.0.1/' }, code: 'REDIRECT_UNSAFE' },
};
const names = Object.keys(FAILURES);

let hub: Hub;
let folder: string;
beforeAll(async () => {
  // Bytes of its own for each: where they lie, a file goes by its digest.
  const repos = names.map((name): HubRepo => {
    const content = noiseContent(name, 100_000);
    return { ...REPO, name: `owner/${name}`, files: { 'tiny.gguf': { content, lfs: true } } };
  });
  hub = await startHub({ repos, tokens: { [TOKEN]: [] } });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-terminal-'));
});
afterEach(async () => {
  hub.reset();
  await rm(folder, { recursive: true });
});
afterAll(() => hub.close());

async function run(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const places = ['--dir', folder, '--runtime', 'llama.cpp'];
  const env = { ...process.env, HF_ENDPOINT: hub.endpoint, HF_TOKEN: TOKEN };
  const { code, out, err } = await ended(
    startCommand('downloadModels', [...places, ...args], { env }),
  );
  return { code, text: out + err };
}

async function writeCatalog(models: readonly LlmModelConfig[]): Promise<string> {
  const place = join(folder, 'catalog.json');
  await writeFile(place, JSON.stringify({ version: 1, models }));
  return place;
}

const failing = () =>
  names.map((name): LlmModelConfig => {
    const url = `${hub.endpoint}/owner/${name}/resolve/${REPO.commit}/tiny.gguf`;
    const sha256 = noiseContent(name, 100_000).digest('sha256');
    return {
      ...pinned(hub, name),
      ggufSource: { kind: 'remote', url, sizeBytes: 100_000, sha256 },
    };
  });

async function everythingBelow(place: string): Promise<string> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

it.each([
  ['in words', []],
  ['as events', ['--json']],
] as const)(
  'S5, S6: tells each kind of failure %s without the token and without a signed address',
  async (_, manner) => {
    for (const [name, { fault }] of Object.entries(FAILURES)) {
      hub.faults.push({ match: new RegExp(`owner/${name}/`), fault });
    }
    const catalog = await writeCatalog(failing());
    const ids = names.flatMap((name) => ['--model', name]);
    const { code, text } = await run(['--catalog', catalog, ...ids, ...manner]);
    expect(code).toBe(1);
    for (const failure of Object.values(FAILURES)) expect(text).toContain(failure.code);
    expect(hub.log.filter(({ headers }) => 'authorization' in headers)).not.toEqual([]);
    expect(text).not.toMatch(SECRETS);
    expect(await everythingBelow(folder)).not.toMatch(SECRETS);
  },
  60_000,
);

it('S6: takes no token as an argument, and doesn’t repeat it', async () => {
  for (const args of [['--token', TOKEN], [`--token=${TOKEN}`]]) {
    const { code, text } = await run(args);
    expect(code).toBe(2);
    expect(text).not.toMatch(SECRETS);
  }
  expect(hub.log).toEqual([]);
});

const ESCAPES = [
  '\u001b]0;title\u0007',
  '\u001b[2J\u001b[H',
  '\u009b31m',
  '\u202etxet\u202c',
  '\u2066x\u2069',
  '\u200b\ufeff',
  'line\nnext',
  '\r100% verified',
  '\u0007\u0008\u007f',
];
const HOSTILE = `${ESCAPES.join('')}${'x'.repeat(1_000_000)}`;
/** Control characters of either kind, marks of direction, and what has no width. */
/* eslint-disable no-control-regex -- they are what this file looks for */
const HARMFUL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

it('S23, S24: lets neither a catalog nor a server draw', async () => {
  const [model] = failing();
  if (!model) throw new Error('no model');
  const texts = { displayName: ESCAPES.join('').slice(0, 80), license: ESCAPES.join('') };
  const entries = [
    { ...model, ...texts },
    { ...model, modelId: ESCAPES.join('') },
  ];
  const catalog = await writeCatalog(entries);
  hub.faults.push({
    fault: {
      status: 200,
      body: 'html',
      headers: {
        'content-type': 'text/html\u009b2J',
        'x-error-message': '\u009b2Jverified',
        location: '\u009b2J',
      },
    },
  });
  for (const args of [['--list'], ['--model', model.modelId], ['--json', '--list']]) {
    const { text } = await run(['--catalog', catalog, ...args]);
    expect(text).not.toMatch(HARMFUL);
    expect(text).not.toMatch(/^100% verified/m);
  }
});

it('S23, S24: writes to a terminal its own movements and colours, and nothing of a server’s', async () => {
  let written = '';
  const stream = { write: (text: string) => ((written += text), true), isTTY: true, columns: 80 };
  const reporter = await createReporter('human', { out: stream, err: stream, colours: true });
  const config = { ...pinned(hub), displayName: HOSTILE };
  const failures: ModelFailure[] = [
    { code: 'NOT_A_MODEL', details: { host: HOSTILE, contentType: HOSTILE } },
    { code: 'HTTP_UNEXPECTED', details: { host: HOSTILE, status: 418, reason: HOSTILE } },
    { code: 'REDIRECT_UNSAFE', details: { host: HOSTILE, reason: HOSTILE } },
    { code: 'HASH_MISMATCH', details: { fileName: HOSTILE, expected: HOSTILE, actual: HOSTILE } },
    { code: 'NAME_INVALID', details: { name: HOSTILE } },
    { code: 'INTERNAL', details: { reason: HOSTILE } },
  ];
  const downloading: ModelState = {
    kind: 'downloading',
    receivedBytes: 5,
    totalBytes: 10,
    bytesPerSecond: 1,
    secondsLeft: 5,
    // No name with a harmful character gets so far: see names.test.ts.
    file: { fileName: 'x'.repeat(200), receivedBytes: 5, totalBytes: 10 },
  };
  reporter.begin(config);
  reporter.progress(config, downloading);
  for (const failure of failures) {
    const retrying = { kind: 'waiting', reason: 'retrying', failure, retryInMs: 1000 } as const;
    reporter.progress(config, { ...retrying, receivedBytes: 5, totalBytes: 10 });
    reporter.failed(config, failure);
  }
  reporter.warn(HOSTILE);
  const ours = /\r\u001b\[2K|\r|\u001b\[(?:[0-9]{1,2})m|\u001b\[\?25[lh]/g;
  expect(written.replace(ours, '')).not.toMatch(HARMFUL);
  expect(written).not.toContain('\r100%');
  expect(written.length).toBeLessThan(20_000);
});
