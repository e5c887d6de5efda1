/** A proxy on this machine, as companies have them: CONNECT for https, forwarding for http, and faults on order. */
import {
  createServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';

import { listen } from './hub/listen';

export type ProxyFault =
  /** Answers with this status in place of what was asked. */
  | { status: number }
  /** Takes what was asked and says nothing. */
  | 'silence'
  /** Ends the connection in place of an answer. */
  | 'drop'
  /** Says in its own name what only the server may say. */
  | 'chatter'
  /** Ends a tunnel when so many bytes came through it from the server. */
  | { cutAfterBytes: number };

export interface ProxyOptions {
  /** `name:password` that it wants; nothing unless given. */
  signIn?: string;
  tls?: { key: Buffer; cert: Buffer };
}

export interface TestProxy {
  /** Without the sign-in. */
  readonly origin: string;
  /** Each request: what was asked and the sign-in that came with it. */
  readonly asked: {
    method: string;
    target: string;
    signIn: string | undefined;
    headers: string[];
  }[];
  /** What befalls the next requests. */
  readonly faults: ProxyFault[];
  /** The first request, past or future, that fits; looked at when one comes. */
  until(fits: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy({ signIn, tls }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const faults: ProxyFault[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();

  function hear(request: IncomingMessage): ProxyFault | undefined {
    const { method = '', url = '', headers, rawHeaders } = request;
    const basic = headers['proxy-authorization']?.replace('Basic ', '');
    const given = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString();
    asked.push({ method, target: url, signIn: given, headers: rawHeaders });
    for (const check of [...waiting]) check();
    if (signIn !== undefined && given !== signIn) return { status: 407 };
    return faults.shift();
  }

  const server = tls ? createTlsServer(tls) : createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const fault = hear(request);
    if (fault === undefined) pass(request, response);
    else if (fault === 'drop') request.socket.destroy();
    else if (typeof fault === 'object' && 'status' in fault) refuse(response, fault.status);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnel(socket, request.url ?? '', hear(request));
  });
  const origin = await listen(server, 0, tls ? 'https' : 'http');
  return {
    ...{ origin, asked, faults },
    until(fits) {
      return new Promise((resolve) => {
        const check = () => {
          if (!fits()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>No</h1>');
}

function pass(request: IncomingMessage, response: ServerResponse): void {
  const { 'proxy-authorization': _, ...headers } = request.headers;
  const onward = forward(request.url ?? '', { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function tunnel(client: Socket, target: string, fault: ProxyFault | undefined): void {
  client.on('error', () => undefined);
  if (fault === 'silence') return;
  if (fault === 'drop') {
    client.destroy();
    return;
  }
  if (fault === 'chatter') {
    client.write('HTTP/1.1 200 OK\r\n\r\n<h1>Welcome</h1>');
    return;
  }
  if (fault !== undefined && 'status' in fault) {
    client.end(`HTTP/1.1 ${String(fault.status)} No\r\ncontent-length: 2\r\n\r\nno`);
    return;
  }
  const { hostname, port } = new URL(`https://${target}`);
  const server = connect(Number(port || 443), hostname.replace(/^\[|\]$/g, ''), () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(server);
    server.pipe(client);
  });
  server.on('error', () => client.destroy());
  server.on('close', () => client.destroy());
  client.on('close', () => server.destroy());
  let leftBytes = fault?.cutAfterBytes ?? Infinity;
  server.on('data', (bytes: Buffer) => {
    leftBytes -= bytes.length;
    if (leftBytes < 0) client.destroy();
  });
}
