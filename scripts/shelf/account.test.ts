import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ended, startCommand, type CommandRun } from '../../tests/command';
import { bytesContent } from '../../tests/hub/content';
import { commitFor, type HubRepo } from '../../tests/hub/repos';
import { startHub, type Hub } from '../../tests/hub/server';

const MINE = 'hf_canary_of_mine';
const CLIENT = 'shelf';
const GATED: HubRepo = {
  name: 'meta/gated',
  commit: commitFor('gated'),
  gated: 'manual',
  files: { 'tiny-Q8_0.gguf': { lfs: true, content: bytesContent('GGUF') } },
};
const CANARY = /hf_canary/;

let hub: Hub;
let home: string;
beforeAll(async () => {
  const oauth = { clients: { [CLIENT]: [] }, deviceIntervalSeconds: 0 };
  hub = await startHub({ repos: [GATED], tokens: { [MINE]: [] }, oauth });
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'modelshelf-account-test-'));
});
afterEach(async () => {
  expect(hub.signIns.leaks).toEqual([]);
  hub.reset();
  await rm(home, { recursive: true });
});
afterAll(() => hub.close());

function environment(more: Record<string, string> = {}): Record<string, string | undefined> {
  // Python takes an empty path for the current folder.
  const others = Object.entries(process.env).filter(([name]) => !/^(HF_|HUGGING_FACE)/.test(name));
  return { ...Object.fromEntries(others), HF_ENDPOINT: hub.endpoint, HF_HOME: home, ...more };
}

async function run(
  args: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<CommandRun> {
  const child = startCommand('modelshelf', args, {
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const result = await ended(child);
  expect(result.out + result.err).not.toMatch(CANARY);
  return result;
}

const events = ({ out }: CommandRun) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Signs in with a code, and types it in as soon as it is shown. */
async function loginOnDevice(): Promise<CommandRun> {
  const child = startCommand('modelshelf', ['login', '--json'], {
    env: environment({ MODELSHELF_CLIENT_ID: CLIENT }),
  });
  child.stdout?.once('data', (line: Buffer) => {
    hub.signIns.approveDevice((JSON.parse(line.toString()) as { userCode: string }).userCode);
  });
  return ended(child);
}

describe('modelshelf login', () => {
  it('takes a token from standard input, and keeps it where hf does', async () => {
    const { code, out, err } = await run(['login', '--token-stdin'], { input: `${MINE}\n` });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`Signed in as reader at ${new URL(hub.endpoint).host}.\n`);
    expect(await readFile(join(home, 'token'), 'utf8')).toBe(MINE);
    const who = await run(['whoami', '--json']);
    expect(events(who)).toEqual([
      {
        ...{ event: 'whoami', host: new URL(hub.endpoint).host, name: 'reader', way: 'token' },
        ...{ expiresAt: null, renewed: false },
      },
    ]);
  });

  it('shows a code to type in, and goes on when that was done', async () => {
    const login = await loginOnDevice();
    expect(login.code).toBe(0);
    expect(events(login)).toMatchObject([
      { event: 'code', page: `${hub.endpoint}/oauth/device` },
      { event: 'login', name: 'reader', way: 'device', renewed: true },
    ]);
    expect(login.out + login.err).not.toMatch(CANARY);
    expect((await run(['whoami'])).code).toBe(0);
  });

  it('keeps a token that ends fresh for the other commands', async () => {
    await loginOnDevice();
    const before = await readFile(join(home, 'token'), 'utf8');
    const beside = join(home, 'token.modelshelf.json');
    const { tokenSha256, record } = JSON.parse(await readFile(beside, 'utf8')) as {
      tokenSha256: string;
      record: string;
    };
    const ended = { ...(JSON.parse(record) as object), expiresAtMs: Date.now() - 1 };
    await writeFile(beside, JSON.stringify({ tokenSha256, record: JSON.stringify(ended) }));
    hub.signIns.expireTokens();
    hub.signIns.grant(GATED.name);
    const { code } = await run(
      ['add', 'meta/gated:Q8_0', '--lock', join(home, 'models.lock.json'), '--dry-run'],
      {
        env: { MODELSHELF_CLIENT_ID: CLIENT },
      },
    );
    expect(code).toBe(0);
    expect(await readFile(join(home, 'token'), 'utf8')).not.toBe(before);
  });

  it('keeps nothing of a token that the hub does not know', async () => {
    const { code, err } = await run(['login', '--token-stdin'], { input: 'hf_canary_unknown' });
    expect(code).toBe(1);
    expect(err).toContain('The token is not accepted');
    expect(await readdir(home)).toEqual([]);
  });

  it('says what is missing for a code', async () => {
    const { code, err } = await run(['login']);
    expect(code).toBe(2);
    expect(err).toContain('MODELSHELF_CLIENT_ID');
    expect(hub.log).toEqual([]);
  });

  it('says that a variable counts before it', async () => {
    const { code, err } = await run(['login', '--token-stdin'], {
      input: MINE,
      env: { HF_TOKEN: MINE },
    });
    expect(code).toBe(0);
    expect(err).toContain('HF_TOKEN is set');
  });
});

describe('modelshelf logout', () => {
  it('leaves nothing of the sign-in, and says so to those who ask', async () => {
    await loginOnDevice();
    expect((await run(['logout'])).code).toBe(0);
    expect(await readdir(home)).toEqual([]);
    const { code, out } = await run(['whoami']);
    expect(code).toBe(1);
    expect(out).toContain('Nobody is signed in');
  });
});

describe('modelshelf whoami', () => {
  it('tells that a token is no longer accepted, and leaves it where it is', async () => {
    await writeFile(join(home, 'token'), 'hf_canary_revoked');
    const { code, out } = await run(['whoami']);
    expect(code).toBe(1);
    expect(out).toContain('no longer accepted');
    expect(await readdir(home)).toEqual(['token']);
  });

  it('fails when the hub can’t be asked', async () => {
    await writeFile(join(home, 'token'), MINE);
    hub.faults.push({ match: /whoami/, fault: { status: 503, body: 'html' } });
    expect((await run(['whoami'])).code).toBe(1);
  });
});

const start = promisify(execFile);
const hasPython = await start('python3', ['-c', 'import huggingface_hub']).then(
  () => true,
  () => false,
);

it.skipIf(!hasPython)(
  `shares its sign-in with Python’s huggingface_hub${hasPython ? '' : ' (skipped: python3 has no huggingface_hub)'}`,
  async () => {
    await loginOnDevice();
    const program =
      'import huggingface_hub as h; print(h.get_token() or ""); print(h.whoami()["name"])';
    const { stdout } = await start('python3', ['-c', program], { env: environment() });
    const token = await readFile(join(home, 'token'), 'utf8');
    expect(stdout.trim().split('\n')).toEqual([token, 'reader']);
  },
);
