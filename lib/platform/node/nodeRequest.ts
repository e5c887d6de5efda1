/** One HTTP request of ours: follows redirects hop by hop, and answers with the head and an unread body. */
import { validateHeaderValue } from 'node:http';

import type { AnswerHead } from '../../download/readAnswer';
import { authorizationFor, checkedHop, checkHopCount, type HubAccess } from '../hops';
import type { HttpHead } from './httpHead';
import { networkError } from './nodeErrors';
import type { AnswerBody } from './nodeWire';
import { createNodeWires } from './nodeWires';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface OutgoingRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
}

export interface Answer {
  head: AnswerHead;
  headers: ReadonlyMap<string, string>;
  /** Whoever gets it has to pour or destroy it. */
  body: AnswerBody;
}

export interface NodeWeb {
  /**
   * Resolves with the head of the last hop, whatever its status. Once the head is here the
   * signal no longer stops the body.
   * @throws ModelError NET_*, REDIRECT_UNSAFE, HTTP_UNEXPECTED
   */
  ask(request: OutgoingRequest, signal?: AbortSignal): Promise<Answer>;
  close(): void;
}

export interface NodeWebOptions extends HubAccess {
  userAgent: string;
}

export function createNodeWeb(options: NodeWebOptions, wires = createNodeWires()): NodeWeb {
  return {
    async ask(request, signal) {
      let current = request;
      let url = checkedHop(request.url, undefined, options);
      let linkedEtag: string | undefined;
      for (let hops = 0; ; hops += 1) {
        signal?.throwIfAborted();
        const { head, body } = await askOnce(url, current).catch((error: unknown) => {
          signal?.throwIfAborted();
          throw networkError(error, url.host);
        });
        const location = head.headers.get('location');
        if (!REDIRECTS.has(head.status) || location === undefined) {
          return { head: { ...headOf(head, url), linkedEtag }, headers: head.headers, body };
        }
        linkedEtag ??= head.headers.get('x-linked-etag');
        body.destroy();
        checkHopCount(hops, url);
        url = checkedHop(location, url, options);
        current = afterRedirect(current, head.status);
      }

      async function askOnce(to: URL, outgoing: OutgoingRequest) {
        return wires.ask(to, textOf(to, outgoing, options), signal);
      }
    },
    close() {
      wires.close();
    },
  };
}

function textOf(url: URL, { method, headers, body }: OutgoingRequest, options: NodeWebOptions) {
  const all = {
    host: url.host,
    connection: 'keep-alive',
    'user-agent': options.userAgent,
    'accept-encoding': 'identity',
    ...headers,
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...authorizationFor(url, options),
  };
  const lines = Object.entries(all).map(([name, value]) => {
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  // A URL's parts have no blanks, no line ends and nothing past ASCII.
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

// 307 and 308 repeat the request; the older ones are followed with a GET, as every client does.
function afterRedirect(request: OutgoingRequest, status: number): OutgoingRequest {
  if (request.method === 'GET' || status === 307 || status === 308) return request;
  return { url: request.url, method: 'GET', headers: {} };
}

function headOf({ status, headers }: HttpHead, url: URL): AnswerHead {
  return { status, url: url.href, header: (name) => headers.get(name.toLowerCase()) };
}
