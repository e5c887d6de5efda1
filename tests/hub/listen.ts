/** Starts a Node HTTP server at an address, and stops it at once. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HubRequest, Origin } from './reply';

export interface Serving {
  origin: Origin;
  base: string;
  respond: (request: HubRequest, response: ServerResponse) => Promise<void>;
}

/** Resolves with the server's origin, which only this machine can reach. */
export function listen(
  server: Server,
  port: number,
  scheme: 'http' | 'https' = 'http',
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`${scheme}://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    });
  });
}

export function serve(server: Server, { origin, base, respond }: Serving): void {
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    response.setHeader('x-request-id', randomUUID());
    const { method = 'GET' } = incoming;
    const headers = Object.fromEntries(new Headers(asPairs(incoming)));
    const url = new URL(incoming.url ?? '/', base);
    await respond({ origin, method, url, headers, body: await readBody(incoming) }, response);
  };
  server.on('request', (incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // This is a defect of the hub itself. The client must not take it for an answer.
      console.error(error);
      response.destroy();
    });
  });
}

function asPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rawHeaders[index * 2 + 1] ?? '']);
}

export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

const MOST_BODY_BYTES = 1024 * 1024;

async function readBody(incoming: IncomingMessage): Promise<string> {
  let text = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming) {
    text += String(chunk);
    if (text.length > MOST_BODY_BYTES) throw new RangeError('The request is too long');
  }
  return text;
}
