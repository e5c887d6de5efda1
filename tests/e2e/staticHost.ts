/** The exported app on a plain nginx, below a path, with and without the headers that isolate a page. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { vi } from 'vitest';

import { buildApp } from '../../scripts/build/buildApp';
import { exportFolder } from '../../scripts/build/exportFolder';
import { securityHeaders } from '../../scripts/serve/headers';
import { speakingModels } from '../hub/fixtures';
import { startHub, type Hub } from '../hub/server';

export const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'].find((path) =>
  existsSync(path),
);
const PATH = '/some/path';

export interface StaticHost {
  /** Of the app, without a slash at its end. */
  url: string;
  hub: Hub;
  /** As when the person has no connection, or the host is gone. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Puts another build in the place of the served one: nothing that changes keeps its address. */
  publishNewBuild(): Promise<void>;
  close(): Promise<void>;
}

export interface HostOptions {
  sendsHeaders: boolean;
}

export async function startStaticHost(options: HostOptions): Promise<StaticHost> {
  const speakers = speakingModels({ endless: true });
  const hub = await startHub({ repos: speakers.repos });
  const scratch = await mkdtemp(join(tmpdir(), 'modelshelf-nginx-'));
  const target = join(scratch, 'www', 'app');
  await mkdir(join(scratch, 'www'));
  const { folder } = await buildApp(() => undefined);
  const catalog = JSON.stringify(speakers.catalog(hub.endpoint));
  const hubEndpoint = hub.endpoint;
  await exportFolder({ folder, target, catalog, hubEndpoint, oauthClientId: undefined });
  const port = await freePort();
  const file = join(scratch, 'nginx.conf');
  await writeFile(file, configuration({ port, target, ...options }, hubEndpoint));
  let nginx = await startNginx({ scratch, file, port });
  const stop = async () => {
    if (nginx.exitCode !== null) return;
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
  };
  return {
    url: `http://localhost:${String(port)}${PATH}`,
    hub,
    stop,
    async start() {
      nginx = await startNginx({ scratch, file, port });
    },
    publishNewBuild: () => publishNewBuild(target),
    async close() {
      await stop();
      await hub.close();
      await rm(scratch, { recursive: true });
    },
  };
}

function configuration(
  { port, target, sendsHeaders }: HostOptions & { port: number; target: string },
  hubEndpoint: string,
): string {
  const headers = sendsHeaders ? Object.entries(securityHeaders(hubEndpoint)) : [];
  return `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    worker_processes 1;
    daemon off;
    pid nginx.pid;
    error_log error.log;
    events {}
    http {
      include /etc/nginx/mime.types;
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      gzip on;
      gzip_types application/javascript application/wasm text/css;
      server {
        listen 127.0.0.1:${String(port)};
        ${headers.map(([name, value]) => `add_header ${name} "${value}";`).join('\n')}
        location ${PATH}/ { alias ${target}/; }
      }
    }`;
}

interface NginxPlace {
  scratch: string;
  file: string;
  port: number;
}

async function startNginx({ scratch, file, port }: NginxPlace): Promise<ChildProcess> {
  if (NGINX === undefined) throw new Error('No nginx.');
  const child = spawn(NGINX, ['-p', scratch, '-c', file], { stdio: 'inherit' });
  await vi.waitFor(() => answers(port), { timeout: 10_000, interval: 50 });
  return child;
}

async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Every address that a build names by its contents, and what the build is called. */
const NAMED = /(begin|workers|engine)-([0-9a-f]{32})/g;
const renamed = (name: string) =>
  name.replace(NAMED, (_, what: string, digest: string) => `${what}-${mirrored(digest)}`);
const mirrored = (digest: string) => Array.from(digest).reverse().join('');

async function publishNewBuild(target: string): Promise<void> {
  const next = `${target}.next`;
  await cp(target, next, { recursive: true });
  const entries = await readdir(next, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/(index\.html|sw\.js|begin-\w+\.js)$/.test(entry.name)) continue;
    const text = await readFile(path, 'utf8');
    // The new page has other bytes, too, and its own digests.
    const ids = text.replace(/(?<=(?:id|revision):")[0-9a-f]{32}/g, mirrored);
    await writeFile(path, renamed(ids));
  }
  for (const name of await readdir(next)) {
    if (renamed(name) !== name) await rename(join(next, name), join(next, renamed(name)));
  }
  await rm(target, { recursive: true });
  await rename(next, target);
}
