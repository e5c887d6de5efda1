/** Opens connections through a proxy to a server. The proxy learns only the host and the port. */
import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestTls, type RequestOptions as TlsRequestOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';

import { isModelError, ModelError } from '../../../errors';
import { networkError } from '../nodeErrors';
import type { Proxy } from './nodeProxy';

/** Shorter than the silence that ends an attempt, so that the failure names the proxy as the cause. */
const SILENT_MS = 20_000;

export interface TunnelRequest {
  proxy: Proxy;
  /** The server at the end of the tunnel. */
  url: URL;
  secureContext: () => SecureContext;
  silentMs?: number;
}

/**
 * Resolves with a connection on which nothing was sent to the server yet.
 * @throws ModelError PROXY_UNREACHABLE, PROXY_DENIED; NET_TLS when the proxy's own certificate isn't trusted
 */
export function openTunnel(wanted: TunnelRequest, signal?: AbortSignal): Promise<Socket> {
  const { proxy, url, silentMs = SILENT_MS } = wanted;
  return new Promise((resolve, reject) => {
    const outgoing = askFor(wanted);
    const stop = () => {
      outgoing.destroy();
      settle(signal?.reason as Error);
    };
    const settle = (failure: Error | undefined, tunnel?: Socket) => {
      signal?.removeEventListener('abort', stop);
      if (failure) reject(failure);
      else if (tunnel) resolve(tunnel);
    };
    outgoing.setTimeout(silentMs, () => {
      outgoing.destroy(new Error('silent'));
    });
    outgoing.on('error', (error) => {
      settle(proxyError(error, proxy, url));
    });
    outgoing.once('connect', (answer: IncomingMessage, tunnel: Socket, rest: Buffer) => {
      const failure = refusal(answer.statusCode ?? 0, rest, wanted);
      // A later error ends the connection that is built on this one, and is reported there.
      tunnel.on('error', () => undefined);
      if (failure) tunnel.destroy();
      tunnel.setTimeout(0);
      tunnel.setNoDelay(true);
      tunnel.setKeepAlive(true);
      settle(failure, tunnel);
    });
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    else outgoing.end();
  });
}

function askFor({ proxy, url, secureContext }: TunnelRequest) {
  const host = proxy.url.hostname.replace(/^\[|\]$/g, '');
  const authority = `${url.hostname}:${url.port || '443'}`;
  const common: RequestOptions = {
    host,
    method: 'CONNECT',
    path: authority,
    agent: false,
    headers: {
      host: authority,
      ...(proxy.authorization !== undefined && { 'proxy-authorization': proxy.authorization }),
    },
  };
  if (proxy.url.protocol === 'http:') {
    return requestPlain({ ...common, port: Number(proxy.url.port || 80) });
  }
  const secure: TlsRequestOptions & Pick<ConnectionOptions, 'secureContext'> = {
    ...common,
    port: Number(proxy.url.port || 443),
    servername: isIP(host) === 0 ? host : '',
    secureContext: secureContext(),
  };
  return requestTls(secure);
}

function refusal(status: number, rest: Buffer, { proxy, url }: TunnelRequest): Error | undefined {
  const about = { proxy: proxy.url.host, host: url.host };
  // In TLS the client sends first: bytes that have arrived already come from the proxy.
  if (status >= 200 && status < 300 && rest.length === 0) return undefined;
  return status >= 400 && status < 500
    ? new ModelError('PROXY_DENIED', { ...about, status })
    : new ModelError('PROXY_UNREACHABLE', { ...about, status });
}

/** The meaning of a failure before the proxy has answered. */
export function proxyError(error: unknown, proxy: Proxy, url: URL): Error {
  const failure = networkError(error, proxy.url.host);
  if (!isModelError(failure) || failure.code === 'NET_TLS') return failure;
  const about = { proxy: proxy.url.host, host: url.host, status: undefined };
  return new ModelError('PROXY_UNREACHABLE', about, { cause: error });
}
