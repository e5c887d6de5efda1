/** A real S3 server that nobody here wrote: moto, from PyPI, installed once into `.cache`. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../scripts/build/projectRoot';

const start = promisify(execFile);
const FOLDER = join(PROJECT_ROOT, '.cache', 'moto');
const PROGRAM = join(FOLDER, 'bin', 'moto_server');
const PACKAGE = 'moto[s3,server]==5.2.5';

/** The program, or why there is none. */
export async function findS3Server(): Promise<{ program?: string; missing?: string }> {
  if (existsSync(PROGRAM)) return { program: PROGRAM };
  try {
    await start('python3', ['-m', 'venv', FOLDER]);
    await start(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', PACKAGE]);
    return { program: PROGRAM };
  } catch {
    return { missing: 'skipped: python3 can’t install moto, the S3 server' };
  }
}

export interface S3Server {
  endpoint: string;
  /** For the commands that publish. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export const SECRET = 'canarySECRETcanarySECRETcanary';

/** With an empty bucket. */
export async function startS3Server(program: string, bucket: string): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('Running on')) resolve();
    });
    void ended.then(() => {
      reject(new Error('moto ended'));
    });
  });
  await fetch(`${endpoint}/${bucket}`, { method: 'PUT' });
  // Everybody may read, as in a bucket in front of a CDN.
  await fetch(`${endpoint}/${bucket}?policy`, { method: 'PUT', body: readableByAll(bucket) });
  return {
    endpoint,
    env: {
      ...{ AWS_ACCESS_KEY_ID: 'publisher', AWS_SECRET_ACCESS_KEY: SECRET },
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1' },
    },
    async close() {
      server.kill();
      await ended;
    },
  };
}

function readableByAll(bucket: string): string {
  const Resource = `arn:aws:s3:::${bucket}/*`;
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
