/** A server's TLS with a line in front of it that breaks on order: what balancers, proxies and bad lines do to good certificates. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

/** What befalls one connection. */
export type WireFault =
  | { kind: 'none' }
  /** One bit is wrong, so many bytes into what the server sends. */
  | { kind: 'flip'; atByte: number }
  /** These bytes in place of the server's, in plain text. */
  | { kind: 'says'; bytes: Buffer };

export const PLAIN_503: WireFault = {
  kind: 'says',
  bytes: Buffer.from('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'),
};

/** A fatal alert of TLS, by its number: 40 is a handshake that failed, 70 a version that isn't spoken, 80 a fault of the server's own. */
export function alert(description: number): WireFault {
  return { kind: 'says', bytes: Buffer.from([0x15, 3, 3, 0, 2, 2, description]) };
}

export const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

export interface Certificate {
  key: Buffer;
  cert: Buffer;
}

/** One authority, and the certificates that it signed, or didn't, all for an address of this computer. */
export interface Authority {
  certificate: Buffer;
  sign(address: string, days: number): Certificate;
  selfSigned(address: string): Certificate;
  /** Forgets its keys. */
  remove(): void;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'modelshelf-authority-'));
  const read = (name: string) => readFileSync(join(folder, name));
  const openssl = (...args: string[]) => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const own = ['-subj', '/CN=authority', '-keyout', 'authority.key', '-out', 'authority.pem'];
  openssl('req', '-x509', ...KEY, '-days', '2', ...own);
  return {
    certificate: read('authority.pem'),
    sign(address, days) {
      writeFileSync(join(folder, 'names'), `subjectAltName=IP:${address}`);
      openssl('req', ...KEY, '-subj', '/CN=hub', '-keyout', 'key.pem', '-out', 'request.pem');
      const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial'];
      const about = ['-days', String(days), '-extfile', 'names', '-out', 'certificate.pem'];
      openssl('x509', '-req', '-in', 'request.pem', ...by, ...about);
      return { key: read('key.pem'), cert: read('certificate.pem') };
    },
    selfSigned(address) {
      const name = ['-subj', '/CN=hub', '-addext', `subjectAltName=IP:${address}`];
      const files = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
      openssl('req', '-x509', ...KEY, '-days', '2', ...name, ...files);
      return { key: read('key.pem'), cert: read('certificate.pem') };
    },
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Wire {
  /** Of the server behind the line. */
  readonly origin: string;
  /** The next connections take the first each; the others are as they should be. */
  readonly faults: WireFault[];
  /** How many connections were made. */
  connections(): number;
  close(): Promise<void>;
}

/** Speaks TLS for a server on this computer that doesn't. */
export async function startWire(target: string, certificate: Certificate): Promise<Wire> {
  const faults: WireFault[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const behind = createTlsServer(certificate, (socket) => {
    relay(keep(socket), keep(connect(Number(new URL(target).port), '127.0.0.1')));
  });
  behind.on('tlsClientError', () => undefined);
  const port = await listening(behind);
  const line = createServer((socket) => {
    connections += 1;
    keep(socket);
    const fault = faults.shift();
    if (fault?.kind === 'says') {
      socket.once('data', () => socket.end(fault.bytes));
      return;
    }
    const server = keep(connect(port, '127.0.0.1'));
    relay(socket, server, flipping(fault?.kind === 'flip' ? fault.atByte : Infinity));
  });
  const origin = `https://127.0.0.1:${await listening(line)}`;
  return {
    origin,
    faults,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed(line), closed(behind)]);
    },
  };
}

function relay(client: Socket, server: Socket, change = (bytes: Buffer) => bytes): void {
  client.on('data', (bytes: Buffer) => server.write(bytes));
  server.on('data', (bytes: Buffer) => {
    if (!client.write(change(bytes))) server.pause();
  });
  client.on('drain', () => server.resume());
  client.once('close', () => server.destroy());
  server.once('close', () => client.destroy());
}

/** One bit wrong at that place of all that passes. */
function flipping(atByte: number): (bytes: Buffer) => Buffer {
  let passed = 0;
  return (bytes) => {
    const index = atByte - passed;
    passed += bytes.length;
    const byte = bytes[index];
    if (byte !== undefined) bytes[index] = byte ^ 1;
    return bytes;
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
