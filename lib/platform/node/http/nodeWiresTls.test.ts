import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, createServer, type Server } from 'node:tls';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createNodeWires, type NodeWires } from './nodeWires';

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('nodeWires over TLS (skipped without openssl)', () => {
  let folder: string;
  let server: Server;
  let port: number;
  let wires: NodeWires;
  /** What anybody said to the server. */
  let heard: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'modelshelf-'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const name = ['-subj', '/CN=hub', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
    const args = ['req', '-x509', ...key, '-days', '1', ...name, ...files];
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    heard = '';
    const pem = (file: string) => readFileSync(join(folder, file));
    server = createServer({ key: pem('key.pem'), cert: pem('certificate.pem') }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString();
        socket.write('HTTP/1.1 204 None\r\n\r\n');
      });
    }).listen(0);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    wires.close();
    server.close();
    await once(server, 'close');
  });

  const trusting = () =>
    createNodeWires(() =>
      createSecureContext({ ca: readFileSync(join(folder, 'certificate.pem')) }),
    );
  const ask = (host: string) => {
    const text = 'GET / HTTP/1.1\r\nauthorization: secret\r\n\r\n';
    return wires.ask(new URL(`https://${host}:${port}/`), text);
  };

  it('talks to whoever has the name and is vouched for', async () => {
    wires = trusting();
    const { head, body } = await ask('127.0.0.1');
    expect(head.status).toBe(204);
    body.destroy();
    expect(heard).toContain('secret');
  });

  it('says not a word to whom nobody vouches for', async () => {
    wires = createNodeWires();
    await expect(ask('127.0.0.1')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(heard).toBe('');
  });

  it('says not a word to whoever has another name', async () => {
    wires = trusting();
    await expect(ask('127.0.0.2')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(heard).toBe('');
  });
});
