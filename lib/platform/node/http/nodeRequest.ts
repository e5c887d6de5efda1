/** Makes one HTTP request: follows redirects hop by hop, and resolves with the head and an unread body. */
import { validateHeaderValue } from 'node:http';

import type { AnswerHead } from '../../../download/answers/answerHead';
import { isModelError, ModelError } from '../../../errors';
import {
  bearer,
  checkedHop,
  checkHopCount,
  refuseRedirect,
  refusesToken,
  tokenFor,
  type HubAccess,
} from '../../addresses/hops';
import { proxyError } from './connectThrough';
import type { HttpHead } from './httpHead';
import { networkError } from '../nodeErrors';
import { NO_PROXY, type Proxy, type ProxyFor } from './nodeProxy';
import type { AnswerBody } from './nodeWire';
import type { TextRequest } from '../../types';
import { createNodeWires } from './nodeWires';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface OutgoingRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  /** As `TextRequest.token`. */
  token?: TextRequest['token'];
  /** Whether the body may contain secrets, so that no redirect is followed. */
  isSecret?: boolean;
}

export interface Answer {
  head: AnswerHead;
  headers: ReadonlyMap<string, string>;
  /** The caller has to pour or destroy it. */
  body: AnswerBody;
}

export interface NodeWeb {
  /**
   * Resolves with the head of the last hop, with any status. After the head has arrived, the
   * signal no longer stops the body.
   * @throws ModelError NET_*, PROXY_*, REDIRECT_UNSAFE, HTTP_UNEXPECTED
   */
  ask(request: OutgoingRequest, signal?: AbortSignal): Promise<Answer>;
  close(): void;
}

export interface NodeWebOptions extends HubAccess {
  userAgent: string;
  proxyFor?: ProxyFor | undefined;
  /** The setting that forbids every request; undefined while they are allowed. */
  switchedOffBy?: string | undefined;
}

export function createNodeWeb(
  options: NodeWebOptions,
  wires = createNodeWires(undefined, options.proxyFor),
): NodeWeb {
  const { proxyFor = NO_PROXY, switchedOffBy } = options;

  /** Once more without the token where the hub refuses it, also for a file that needs none. */
  async function askSignedIn(to: URL, outgoing: OutgoingRequest, signal?: AbortSignal) {
    const token = tokenFor(to, options, outgoing.token);
    const answer = await askOnce(to, { ...outgoing, bearer: token }, signal);
    const { status, headers } = answer.head;
    const isHosts = token !== undefined && outgoing.token === undefined;
    if (!isHosts || !refusesToken({ status, header: (name) => headers.get(name) })) return answer;
    answer.body.destroy();
    options.onRefused?.(token);
    return askOnce(to, { ...outgoing, bearer: undefined }, signal);
  }

  async function askOnce(to: URL, outgoing: SignedRequest, signal?: AbortSignal) {
    // A proxy doesn't see https requests: they go through a tunnel, which reports the proxy's failures itself.
    const forwarder = to.protocol === 'http:' ? proxyFor(to) : undefined;
    const text = textOf(to, outgoing, { ...options, forwarder });
    const answer = await wires.ask(to, text, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw forwarder ? forwardError(error, forwarder, to) : networkError(error, to.host);
    });
    if (!forwarder || answer.head.status !== 407) return answer;
    answer.body.destroy();
    const about = { proxy: forwarder.url.host, host: to.host, status: 407 };
    throw new ModelError('PROXY_DENIED', about);
  }

  return {
    async ask(request, signal) {
      if (switchedOffBy !== undefined) {
        throw new ModelError('NET_SWITCHED_OFF', { setting: switchedOffBy });
      }
      let current = request;
      let url = checkedHop(request.url, undefined, options);
      let linkedEtag: string | undefined;
      for (let hops = 0; ; hops += 1) {
        signal?.throwIfAborted();
        const { head, body } = await askSignedIn(url, current, signal);
        const location = head.headers.get('location');
        if (!REDIRECTS.has(head.status) || location === undefined) {
          return { head: { ...headOf(head, url), linkedEtag }, headers: head.headers, body };
        }
        linkedEtag ??= head.headers.get('x-linked-etag');
        body.destroy();
        if (current.isSecret === true) throw refuseRedirect(url);
        checkHopCount(hops, url);
        url = checkedHop(location, url, options);
        current = afterRedirect(current, head.status);
      }
    },
    close() {
      wires.close();
    },
  };
}

/** After a forwarding proxy was reached, the failure may be the server's. */
function forwardError(error: unknown, proxy: Proxy, url: URL): Error {
  const failure = networkError(error, proxy.url.host);
  const isReached = isModelError(failure) && failure.code === 'NET_INTERRUPTED';
  return isReached ? networkError(error, url.host) : proxyError(error, proxy, url);
}

interface SignedRequest extends OutgoingRequest {
  bearer: string | undefined;
}

interface TextOptions extends NodeWebOptions {
  /** The proxy that the request is sent to; undefined when it is sent directly to the server. */
  forwarder: Proxy | undefined;
}

function textOf(url: URL, outgoing: SignedRequest, options: TextOptions) {
  const { method, headers, body } = outgoing;
  const { forwarder } = options;
  const all = {
    host: url.host,
    connection: 'keep-alive',
    'user-agent': options.userAgent,
    'accept-encoding': 'identity',
    ...headers,
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...bearer(outgoing.bearer),
    ...(forwarder?.authorization !== undefined && {
      'proxy-authorization': forwarder.authorization,
    }),
  };
  const lines = Object.entries(all).map(([name, value]) => {
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  // The parts of a URL contain no blanks, no line ends and only ASCII.
  const target = (forwarder ? url.origin : '') + url.pathname + url.search;
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

// 307 and 308 repeat the request; the older statuses are followed with a GET, as in every client.
function afterRedirect(request: OutgoingRequest, status: number): OutgoingRequest {
  if (request.method === 'GET' || status === 307 || status === 308) return request;
  const { url, token } = request;
  return { url, method: 'GET', headers: {}, ...(token !== undefined && { token }) };
}

function headOf({ status, headers }: HttpHead, url: URL): AnswerHead {
  return { status, url: url.href, header: (name) => headers.get(name.toLowerCase()) };
}
