/** Serves a built app on this machine: its files, its routes, and its two settings files. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withServerSettings } from '../build/serverSettings';
import { signaturePlace } from '../../lib/ai/catalogs/signaturePlace';
import { decodeText } from '../../lib/platform/shared/decodeText';
import { isLoopback } from '../../lib/platform/addresses/loopback';
import { readAppFiles } from './appFiles';
import type { AppFile } from './appFiles';
import { securityHeaders } from './headers';

export interface ServerOptions {
  /** The built app; read once. */
  folder: string;
  /** 0 for any free port. */
  port: number;
  /** The hub that `config.json` names, for the app to use instead of the public hub. */
  hubEndpoint?: string | undefined;
  /** The id under which that hub knows this app, so that people can sign in there. */
  oauthClientId?: string | undefined;
  /** Served as `catalog.json`; read at every request, so that an edit needs only a reload. */
  catalogFile?: string | undefined;
  /** The text of the root that signs catalogs, for `config.json`. The signature lies beside the catalog. */
  catalogRoot?: string | undefined;
}

export interface AppServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Listens only on the loopback, on both of its addresses where there are two, because browsers resolve `localhost` to
 * different ones. Answers only requests for the loopback's names.
 * @throws the system's error, `code` EADDRINUSE when the port is taken on either address.
 */
export async function startServer(options: ServerOptions): Promise<AppServer> {
  const files = await readAppFiles(options.folder);
  noteSettings(files, securityHeaders(options.hubEndpoint));
  const handler = createHandler(files, options);
  const first = await listen(handler, options.port, '127.0.0.1');
  const { port } = first.address() as AddressInfo;
  const servers = [first];
  try {
    servers.push(await listen(handler, port, '::1'));
  } catch (error) {
    if (!isMissingAddress(error)) {
      await closeAll(servers);
      throw error;
    }
  }
  return { url: `http://localhost:${String(port)}`, close: () => closeAll(servers) };
}

function noteSettings(files: Map<string, AppFile>, headers: Record<string, string>): void {
  const worker = files.get('/sw.js');
  if (!worker) return;
  const body = Buffer.from(withServerSettings(worker.body.toString(), JSON.stringify(headers)));
  const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  files.set('/sw.js', { ...worker, body, brotli: undefined, etag });
}

async function listen(handler: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer(handler);
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

// A machine without IPv6 is fine; a second program on the same port isn't.
function isMissingAddress(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(closeServer));
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // An error only means that the server was already closed.
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function createHandler(files: ReadonlyMap<string, AppFile>, options: ServerOptions) {
  const headers = securityHeaders(options.hubEndpoint);
  // What isn't set isn't in the text.
  const { hubEndpoint: hfEndpoint, oauthClientId, catalogRoot, catalogFile } = options;
  const environment = JSON.stringify({ hfEndpoint, oauthClientId, catalogRoot });
  const signatureFile = catalogFile === undefined ? undefined : signaturePlace(catalogFile);

  return (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!isForUs(request.headers.host)) {
      refuse(response, 421, 'This server answers on this computer alone: open it as localhost.');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(response, 405);
      return;
    }
    const path = addressOf(request.url ?? '/');
    if (path === undefined) refuse(response, 400);
    else if (path === '/config.json') sendJson(response, environment);
    else if (path === '/catalog.json') void sendCatalog(response, catalogFile);
    else if (path === '/catalog.signature.json') void sendCatalog(response, signatureFile);
    else sendFile(request, response, fileFor(files, path));
  };
}

/**
 * Whether a browser that asks for `host` means this computer. Another site could let its own name resolve to this
 * computer. Its page would then have the same origin as the app, and could read the app's stored data.
 * Any port is fine, because a forwarded port may have another number.
 */
function isForUs(host: string | undefined): boolean {
  const address = `http://${host ?? ''}`;
  return URL.canParse(address) && isLoopback(new URL(address));
}

function addressOf(target: string): string | undefined {
  try {
    return decodeURIComponent(new URL(target, 'http://localhost').pathname);
  } catch {
    // A malformed escape or target: there is no such address.
    return undefined;
  }
}

// If a missing script were answered with the page, the parse error would hide the cause. So only a name without
// an extension is a route. `/models/qwen-3-0.6b` is a route: the text after its dot begins with a digit.
function fileFor(files: ReadonlyMap<string, AppFile>, path: string): AppFile | undefined {
  const file = files.get(path);
  if (file !== undefined || /\.[a-z]\w*$/i.test(path)) return file;
  return files.get('/index.html');
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: AppFile | undefined,
): void {
  if (file === undefined) {
    refuse(response, 404);
    return;
  }
  const compressed = acceptsBrotli(request) ? file.brotli : undefined;
  const etag = compressed === undefined ? `"${file.etag}"` : `"${file.etag}-br"`;
  response.setHeader('Cache-Control', file.cacheControl);
  response.setHeader('ETag', etag);
  if (file.brotli !== undefined) response.setHeader('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  if (compressed !== undefined) response.setHeader('Content-Encoding', 'br');
  sendBody(response, { type: file.contentType, body: compressed ?? file.body });
}

function acceptsBrotli(request: IncomingMessage): boolean {
  const accepted = (request.headers['accept-encoding'] ?? '').split(',');
  return accepted.some((encoding) =>
    /^br(;q=(1|0\.0*[1-9]).*)?$/.test(encoding.replace(/\s/g, '')),
  );
}

async function sendCatalog(response: ServerResponse, file: string | undefined): Promise<void> {
  try {
    // An answer without content: browsers report a 404 of each visit as a fault.
    if (file === undefined) response.writeHead(204).end();
    else sendJson(response, decodeText(await readFile(file)));
  } catch {
    // The file existed at the start and is gone now; the app continues with its own registry.
    refuse(response, 404);
  }
}

function sendJson(response: ServerResponse, text: string): void {
  response.setHeader('Cache-Control', 'no-cache');
  sendBody(response, {
    type: 'application/json; charset=utf-8',
    body: Buffer.from(text),
  });
}

// For HEAD requests, Node sends only the headers.
function sendBody(response: ServerResponse, answer: { type: string; body: Buffer }): void {
  response.setHeader('Content-Type', answer.type);
  response.setHeader('Content-Length', answer.body.length);
  response.writeHead(200);
  response.end(answer.body);
}

function refuse(response: ServerResponse, status: number, why = String(status)): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(`${why}\n`);
}
