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

/** With an empty bucket that everybody may read. Takes every signature. */
export async function startS3Server(program: string, bucket: string): Promise<S3Server> {
  const { endpoint, close } = await startMoto(program, {});
  await fetch(`${endpoint}/${bucket}`, { method: 'PUT' });
  // As in a bucket in front of a CDN.
  await fetch(`${endpoint}/${bucket}?policy`, { method: 'PUT', body: readableByAll(bucket) });
  return { endpoint, env: envOf(endpoint, { id: 'publisher', secret: SECRET }), close };
}

/** With an empty bucket, for one account. Computes each signature itself, by Amazon's own code for Python. */
export async function startStrictS3Server(program: string, bucket: string): Promise<S3Server> {
  // So many requests are taken as they are: those below.
  const moto = await startMoto(program, { INITIAL_NO_AUTH_ACTION_COUNT: '4' });
  const { endpoint } = moto;
  const name = { UserName: 'publisher' };
  await askIam(endpoint, { Action: 'CreateUser', ...name });
  const key = await askIam(endpoint, { Action: 'CreateAccessKey', ...name });
  const all = { Effect: 'Allow', Action: '*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [all] });
  await askIam(endpoint, { Action: 'PutUserPolicy', ...name, PolicyName: 'all', PolicyDocument });
  await fetch(`${endpoint}/${bucket}`, { method: 'PUT', headers: claimFor('s3') });
  const [, id = ''] = /<AccessKeyId>(.*?)</.exec(key) ?? [];
  const [, secret = ''] = /<SecretAccessKey>(.*?)</.exec(key) ?? [];
  return { endpoint, env: envOf(endpoint, { id, secret }), close: moto.close };
}

function envOf(endpoint: string, { id, secret }: { id: string; secret: string }) {
  return {
    ...{ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret },
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1' },
  };
}

async function askIam(endpoint: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ ...fields, Version: '2010-05-08' });
  return (await fetch(endpoint, { method: 'POST', headers: claimFor('iam'), body })).text();
}

/** By it moto knows which of Amazon's services is meant. */
function claimFor(service: string): { Authorization: string } {
  const scope = `x/20261130/us-east-1/${service}/aws4_request`;
  return { Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=x` };
}

async function startMoto(program: string, env: Record<string, string>) {
  const port = await freePort();
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
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
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
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
