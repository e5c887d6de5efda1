/** One HTTP request of ours: follows redirects hop by hop, and answers with the head and an unread body. */
import type { IncomingMessage } from 'node:http';
import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

import type { AnswerHead } from '../../download/readAnswer';
import { authorizationFor, checkedHop, checkHopCount, type HubAccess } from '../hops';
import { networkError } from './nodeErrors';

// The hub's signed addresses need more than Node's 16 KiB; more than this is an attack.
const MAX_HEADER_BYTES = 64 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface OutgoingRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
}

export interface Answer {
  head: AnswerHead;
  /** Whoever gets it has to read or destroy it. */
  body: IncomingMessage;
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

export function createNodeWeb(options: NodeWebOptions): NodeWeb {
  const agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  };

  const askOnce = (url: URL, request: OutgoingRequest, signal?: AbortSignal) => {
    const isHttps = url.protocol === 'https:';
    const headers = {
      'user-agent': options.userAgent,
      'accept-encoding': 'identity',
      ...request.headers,
      ...authorizationFor(url, options),
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = (isHttps ? requestHttps : requestHttp)(url, {
        method: request.method,
        headers,
        agent: isHttps ? agents.https : agents.http,
        maxHeaderSize: MAX_HEADER_BYTES,
      });
      const stop = () => outgoing.destroy(signal?.reason as Error);
      signal?.addEventListener('abort', stop, { once: true });
      outgoing.once('close', () => signal?.removeEventListener('abort', stop));
      outgoing.once('response', (response) => {
        signal?.removeEventListener('abort', stop);
        resolve(response);
      });
      // Stays on: a connection may fail again while it is torn down.
      outgoing.on('error', reject);
      outgoing.end(request.body);
    });
  };

  return {
    async ask(request, signal) {
      let current = request;
      let url = checkedHop(request.url, undefined, options);
      for (let hops = 0; ; hops += 1) {
        signal?.throwIfAborted();
        const body = await askOnce(url, current, signal).catch((error: unknown) => {
          signal?.throwIfAborted();
          throw networkError(error, url.host);
        });
        const { statusCode = 0, headers } = body;
        if (!REDIRECTS.has(statusCode) || headers.location === undefined) {
          return { head: headOf(body, url), body };
        }
        body.destroy();
        checkHopCount(hops, url);
        url = checkedHop(headers.location, url, options);
        current = afterRedirect(current, statusCode);
      }
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

// 307 and 308 repeat the request; the older ones are followed with a GET, as every client does.
function afterRedirect(request: OutgoingRequest, status: number): OutgoingRequest {
  if (request.method === 'GET' || status === 307 || status === 308) return request;
  return { url: request.url, method: 'GET', headers: {} };
}

function headOf(response: IncomingMessage, url: URL): AnswerHead {
  return {
    status: response.statusCode ?? 0,
    url: url.href,
    header(name) {
      const value = response.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}
