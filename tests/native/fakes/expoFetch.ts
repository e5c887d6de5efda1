/** `expo/fetch`, as far as the app uses it: real requests, whose failures say no more than the package's do. */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

import { phone } from './phone';

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  redirect?: 'follow' | 'manual' | 'error';
  credentials?: string;
  signal?: AbortSignal;
}

const open = new Set<() => void>();

phone.onKill(() => {
  for (const end of open) end();
});

export class FetchResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array>;
  readonly url: string;

  constructor(url: string, message: IncomingMessage, signal: AbortSignal | undefined) {
    this.url = url;
    this.status = message.statusCode ?? 0;
    this.headers = new Headers();
    for (const [name, value] of Object.entries(message.headers)) {
      if (value !== undefined) this.headers.append(name, [value].flat().join(', '));
    }
    this.body = streamOf(message, signal);
  }
}

/** Without back pressure, as the package: what has arrived is pushed whether or not anybody reads. */
function streamOf(message: IncomingMessage, signal: AbortSignal | undefined) {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let isOver = false;
      const end = (finish: () => void) => {
        if (isOver) return;
        isOver = true;
        finish();
      };
      signal?.addEventListener('abort', () => {
        end(() => {
          const error = new Error('The operation was aborted.');
          error.name = 'AbortError';
          controller.error(error);
        });
        message.destroy();
      });
      message.on('data', (chunk: Buffer) => {
        if (!isOver) controller.enqueue(new Uint8Array(chunk));
      });
      message.on('end', () => {
        end(() => {
          controller.close();
        });
      });
      const fail = () => {
        end(() => {
          controller.error(new Error('The network connection was lost.'));
        });
      };
      message.on('error', fail);
      message.on('close', fail);
    },
    cancel() {
      message.destroy();
    },
  });
}

/** @throws Error whose message alone says what failed */
export async function fetch(address: string, init: Init = {}): Promise<FetchResponse> {
  const { signal, redirect = 'follow' } = init;
  if (signal?.aborted) throw new Error('fetch failed: The operation was aborted.');
  if (phone.network === 'NONE') throw new Error('fetch failed: offline');
  const message = await send(new URL(address), init);
  const { location } = message.headers;
  const isRedirect = [301, 302, 303, 307, 308].includes(message.statusCode ?? 0);
  if (isRedirect && location !== undefined && redirect === 'follow') {
    message.destroy();
    return fetch(new URL(location, address).href, init);
  }
  return new FetchResponse(address, message, signal);
}

function send(url: URL, { method = 'GET', headers = {}, body, signal }: Init) {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, resolve);
    const end = () => outgoing.destroy();
    open.add(end);
    signal?.addEventListener('abort', end);
    outgoing.on('close', () => {
      open.delete(end);
      signal?.removeEventListener('abort', end);
    });
    outgoing.on('error', (error) => {
      reject(new Error(`fetch failed: ${error.message}`));
    });
    outgoing.end(body);
  });
}
