/** Two machines on one volume, as near as one machine comes to it: network namespaces, which no lock of the other's reaches. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';

import { programOf, PROJECT_ROOT } from '../command';
import type { Content } from '../hub/content';

const PORT = 8099;

/** Listens in its namespace and leads to a socket in the file system, which every namespace sees. */
const RELAY = `
  const { connect, createServer } = require('node:net');
  createServer((inner) => {
    const outer = connect(process.argv[1]);
    for (const [one, other] of [[inner, outer], [outer, inner]]) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  }).listen(${String(PORT)}, '127.0.0.1', () => console.log('listening'));
`;

export const canUnshare =
  spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && command -v nsenter']).status === 0;

export interface Machine {
  /** Where a file of the machine's server lies, for its own processes. */
  address: (name: string) => string;
  /** What the server has; every request gets what is here now. */
  content: Content | undefined;
  /** Bytes of one answer after which it waits; undefined for as fast as it goes. */
  holdAfter: number | undefined;
  /** Lets held answers go on. */
  release(): void;
  /** Resolves at the next request for a file whose first bytes were sent. */
  hasSent(): Promise<void>;
  start(args: readonly string[]): Run;
  close(): Promise<void>;
}

export interface Run {
  child: ChildProcess;
  ended: Promise<number | null>;
  /** Everything that it printed so far. */
  printed(): string;
  /** Resolves when it prints something that fits, or ends. */
  until(fits: RegExp): Promise<void>;
}

/** A namespace of its own, with a server that only it reaches. */
export async function startMachine(base: string, name: string): Promise<Machine> {
  const waiting = new Set<() => void>();
  const sent = new Set<() => void>();
  const machine = { content: undefined, holdAfter: undefined } as Partial<Machine>;
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const socket = join(base, `${name}.sock`);
  server.listen(socket);
  await once(server, 'listening');
  const script = 'ip link set lo up && exec "$0" -e "$1" "$2"';
  const relay = spawn('unshare', ['-n', 'sh', '-c', script, process.execPath, RELAY, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(relay.stdout, 'data');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { content, holdAfter } = machine;
    if (!content) {
      response.writeHead(404).end();
      return;
    }
    const { sizeBytes } = content;
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const first = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Math.min(sizeBytes, Number(range[2]) + 1) : sizeBytes;
    response.writeHead(range ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      'content-length': String(end - first),
      ...(range && {
        'content-range': `bytes ${String(first)}-${String(end - 1)}/${String(sizeBytes)}`,
      }),
    });
    const head = Math.min(end, first + (holdAfter ?? Infinity));
    response.write(content.read(first, head - first));
    for (const tell of sent) tell();
    sent.clear();
    if (head < end) await new Promise<void>((resolve) => waiting.add(resolve));
    response.end(content.read(head, end - head));
  }

  return Object.assign(machine, {
    address: (file: string) => `http://127.0.0.1:${String(PORT)}/${file}`,
    release() {
      for (const go of waiting) go();
      waiting.clear();
    },
    hasSent: () => new Promise<void>((resolve) => sent.add(resolve)),
    start: (args: readonly string[]) => startRun(relay.pid ?? 0, args),
    async close() {
      relay.kill('SIGKILL');
      server.closeAllConnections();
      server.close();
      await once(relay, 'close');
    },
  }) as Machine;
}

function startRun(namespaceOf: number, args: readonly string[]): Run {
  const program = [process.execPath, programOf('downloadModels')];
  const inside = ['-t', String(namespaceOf), '-n', ...program];
  const child = spawn('nsenter', [...inside, ...args, '--runtime', 'llama.cpp', '--json'], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, HF_ENDPOINT: `http://127.0.0.1:${String(PORT)}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (data: Buffer) => {
    text += data.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    ended,
    printed: () => text,
    async until(fits) {
      const printed = new Promise<void>((resolve) => {
        const look = () => {
          if (fits.test(text)) resolve();
        };
        listeners.add(look);
        look();
      });
      await Promise.race([printed, ended]);
    },
  };
}
