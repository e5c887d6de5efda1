/** nginx on this computer: the same files over http, https and at so much a connection, and what it sent. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Certificate } from './certificate';
import { REPO, type Payload } from './payload';
import { atEnd } from './scratch';

/** 25 MiB a second to each connection, as large CDNs do. */
export const CONNECTION_RATE = '25m';

/** By which a server listens here. */
export const LOCAL = '127.0.0.1';

export type Lane = 'http' | 'https' | 'throttled' | 'throttledTls' | 'far';

export interface BenchServer {
  /** `http://127.0.0.1:1234`, without a slash at the end. `far` is `https` by the other address. */
  origin(lane: Lane): string;
  /** What it has sent of files since the last call, once nobody is connected any more. */
  takeSentBytes(): Promise<number>;
}

export interface ServerOptions {
  folder: string;
  payloads: readonly Payload[];
  certificate: Certificate;
  /** More folders to serve, by their first path segment. */
  folders?: Readonly<Record<string, string>>;
  /** Another address of this computer, to be reached by, too. */
  farAddress?: string | undefined;
}

/** Serves what is in `folder/files`. Ends with the bench. @throws Error with nginx's words. */
export async function startServer(options: ServerOptions): Promise<BenchServer> {
  const { folder, farAddress = LOCAL } = options;
  const [http, https, throttled, throttledTls, status] = await freePorts();
  const ports = { http, https, throttled, throttledTls, status, far: https };
  mkdirSync(join(folder, 'nginx'));
  const configFile = join(folder, 'nginx.conf');
  writeFileSync(configFile, configText(options, ports));
  const errorLog = join(folder, 'error.log');
  const child = spawn('nginx', ['-c', configFile, '-p', folder, '-e', errorLog], {
    stdio: 'inherit',
  });
  child.unref();
  atEnd(() => child.kill());
  const failed = once(child, 'exit').then(() => {
    throw new Error(`nginx ended:\n${readFileSync(errorLog, 'utf8')}`);
  });
  await Promise.race([isListening(ports.status), failed]);
  failed.catch(() => undefined);
  const accessLog = join(folder, 'access.log');
  return {
    origin(lane) {
      const scheme = lane === 'http' || lane === 'throttled' ? 'http' : 'https';
      return `${scheme}://${lane === 'far' ? farAddress : LOCAL}:${ports[lane]}`;
    },
    async takeSentBytes() {
      await untilIdle(ports.status);
      const lines = readFileSync(accessLog, 'utf8').split('\n');
      truncateSync(accessLog);
      return lines.reduce((sum, line) => sum + Number(line), 0);
    },
  };
}

async function freePorts(): Promise<[number, number, number, number, number]> {
  const servers = await Promise.all(
    [0, 0, 0, 0, 0].map(async (port) => {
      const server = createServer().listen(port, LOCAL);
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports as [number, number, number, number, number];
}

async function isListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, LOCAL);
    try {
      await once(socket, 'connect');
      return;
    } catch {
      // Not yet: nginx is still reading its configuration.
    } finally {
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// A request is logged when it ends, and one whose client was killed ends a moment later.
async function untilIdle(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://${LOCAL}:${port}/`, { headers: { connection: 'close' } });
    // The question itself is the one.
    if ((await answer.text()).startsWith('Active connections: 1 ')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function configText(options: ServerOptions, ports: Record<Lane | 'status', number>): string {
  const { folder, certificate, farAddress } = options;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const routes = routesText(options);
  const { certificateFile, keyFile } = certificate;
  const identity = `ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile};`;
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes auto;
pid ${folder}/nginx.pid;
events {}
http {
  log_format sent '$body_bytes_sent';
  access_log ${folder}/access.log sent;
  ${temporary.map((name) => `${name}_temp_path ${folder}/nginx/${name};`).join('\n  ')}
  types { text/html html; text/javascript js; application/wasm wasm; }
  default_type application/octet-stream;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000;
  server { listen ${LOCAL}:${ports.http}; ${routes} }
  server {
    listen ${LOCAL}:${ports.https} ssl;
    ${farAddress === undefined ? '' : `listen ${farAddress}:${ports.far} ssl;`}
    ${identity}
    ${routes}
  }
  server { listen ${LOCAL}:${ports.throttled}; limit_rate ${CONNECTION_RATE}; ${routes} }
  server { listen ${LOCAL}:${ports.throttledTls} ssl; ${identity} limit_rate ${CONNECTION_RATE}; ${routes} }
  server { listen ${LOCAL}:${ports.status}; access_log off; location / { stub_status; } }
}`;
}

const EXPOSED = 'Accept-Ranges, Content-Range, Content-Length, ETag, X-Linked-Size, X-Linked-ETag';

function routesText({ folder, payloads, folders = {} }: ServerOptions): string {
  const files = payloads.map(
    (payload) => `
  location = /${REPO}/resolve/${payload.revision}/${payload.fileName} {
    alias ${folder}/files/${payload.fileName};
    add_header X-Linked-ETag '"${payload.sha256}"';
    add_header X-Linked-Size ${payload.sizeBytes};
    add_header X-Repo-Commit ${payload.revision};
    add_header Access-Control-Allow-Origin *;
    add_header Access-Control-Expose-Headers '${EXPOSED}';
    add_header Cross-Origin-Resource-Policy cross-origin;
  }
  location = /api/models/${REPO}/paths-info/${payload.revision} {
    default_type application/json;
    return 200 '${JSON.stringify([pathInfo(payload)])}';
  }`,
  );
  // Isolated, as the app's own server has it: SQLite in a browser needs that.
  const others = Object.entries(folders).map(
    ([name, path]) => `
  location /${name}/ {
    alias ${path}/;
    add_header Cross-Origin-Opener-Policy same-origin;
    add_header Cross-Origin-Embedder-Policy credentialless;
  }`,
  );
  return [...files, ...others].join('');
}

function pathInfo({ fileName, sizeBytes, sha256, revision }: Payload) {
  return {
    type: 'file',
    path: fileName,
    size: sizeBytes,
    oid: revision,
    lfs: { oid: sha256, size: sizeBytes, pointerSize: 134 },
  };
}
