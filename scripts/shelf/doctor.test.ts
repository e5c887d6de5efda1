import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ended, startCommand, type CommandRun } from '../../tests/command';
import { startHub, type Hub } from '../../tests/hub/server';

let hub: Hub;
let folder: string;
beforeAll(async () => {
  hub = await startHub({ repos: [] });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-doctor-alice-'));
});
afterEach(async () => {
  hub.reset();
  await rm(folder, { recursive: true });
});
afterAll(() => hub.close());

const FOREIGN =
  /^(HF_|HUGGING_FACE|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|ALL_PROXY|all_proxy)/;

function run(args: readonly string[], env: Record<string, string> = {}): Promise<CommandRun> {
  const others = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const own = { HF_ENDPOINT: hub.endpoint, HF_HOME: folder, ...env };
  const options = { env: { ...Object.fromEntries(others), ...own } };
  return ended(startCommand('modelshelf', ['doctor', '--dir', folder, ...args], options));
}

interface Event {
  event: string;
  subject?: string;
  health?: string;
  cause?: string;
}

const eventsOf = ({ out }: CommandRun) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);

async function causeOf(subject: string, env: Record<string, string>, dir = folder) {
  const result = await run(['--json', '--dir', dir], env);
  return {
    cause: eventsOf(result).find((each) => each.subject === subject)?.cause,
    code: result.code,
    text: result.out + result.err,
  };
}

describe('modelshelf doctor', () => {
  it('ends with 0 on a computer where nothing is broken', async () => {
    const { code, out } = await run([]);
    expect(out).toContain('✓ The hub: The hub answers, so models can be found and downloaded.');
    expect(out).toContain('✓ Clock: The clock is right.');
    expect(out).toContain('✓ Engine: ');
    expect(out).not.toContain('✗');
    expect(code).toBe(0);
  });

  it('prints one event for each line, then the counts, with --json', async () => {
    const events = eventsOf(await run(['--json']));
    expect(events.slice(0, -1).map(({ subject }) => subject)).toEqual([
      ...['threads', 'memory', 'storage', 'engine', 'hub', 'proxy', 'clock'],
    ]);
    expect(events.at(-1)).toMatchObject({ event: 'doctor', broken: 0 });
  });

  it('ends with 1 where something is broken, and says what helps', async () => {
    const { code, out } = await run([], { HF_ENDPOINT: 'http://127.0.0.1:9' });
    expect(out).toContain('✗ The hub: The hub can’t be reached.\n    Check the connection');
    expect(out.trim().split('\n').at(-1)).toMatch(/^1 broken, /);
    expect(code).toBe(1);
  });

  it('prints only what is broken with --quiet', async () => {
    const fine = await run(['--quiet']);
    expect(fine).toMatchObject({ code: 0, out: '', err: '' });
    const broken = await run(['--quiet'], { HF_ENDPOINT: 'http://127.0.0.1:9' });
    expect(broken.err).toBe('✗ The hub: The hub can’t be reached.\n');
  });

  it('refuses names and foreign options with 2', async () => {
    expect((await run(['memory'])).code).toBe(2);
    expect((await run(['--lock', 'x'])).code).toBe(2);
  });

  it('works where requests are forbidden', async () => {
    const { cause, code } = await causeOf('hub', { HF_HUB_OFFLINE: '1' });
    expect({ cause, code }).toEqual({ cause: 'hub-forbidden', code: 0 });
  });

  it.runIf(process.getuid?.() !== 0)(
    'finds a folder that can’t be written to (not as root)',
    async () => {
      await chmod(folder, 0o500);
      const { cause } = await causeOf('storage', {}, join(folder, 'models'));
      await chmod(folder, 0o700);
      expect(cause).toBe('storage-refused');
    },
  );

  it('finds a proxy that fails, and names it nowhere', async () => {
    const proxy = 'http://alice:hf_secret@proxy.corp.invalid:3128';
    // Only a hub elsewhere is reached through a proxy elsewhere.
    const env = { HF_ENDPOINT: 'https://hub.corp.invalid/alice', HTTPS_PROXY: proxy };
    const { cause, code, text } = await causeOf('proxy', { ...env, HF_TOKEN: 'hf_secret' });
    expect({ cause, code }).toEqual({ cause: 'proxy-fails', code: 1 });
    expect(text).not.toMatch(/alice|hf_secret|corp|3128/);
  });

  it('finds a clock that differs from the hub’s', async () => {
    const late = await startLateHub();
    const { cause, code } = await causeOf('clock', { HF_ENDPOINT: late.endpoint });
    late.server.close();
    expect({ cause, code }).toEqual({ cause: 'clock-off', code: 0 });
  });
});

async function startLateHub(): Promise<{ endpoint: string; server: Server }> {
  const server = createServer((_, response) => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    response.sendDate = false;
    response.writeHead(200, { date, 'content-type': 'application/json' }).end('[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server };
}
