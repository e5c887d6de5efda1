/** Makes safe requests with a browser's `fetch`: no credentials, no cache, no unsafe redirect, typed failures. */
import { expectRange, rangeHeader } from '../../../download/answers/readRange';
import { isAbortError, ModelError } from '../../../errors';
import {
  bearer,
  refuseRedirect,
  refusesToken,
  tokenFor,
  type HubAccess,
} from '../../addresses/hops';
import { createTextCollector } from '../../shared/decodeText';
import { bodyOf, rangeOf } from '../../shared/requestBody';
import type { RangeAnswer, RangeRequest, TextAnswer, TextEvents, TextRequest } from '../../types';
import { isLoopback } from '../../addresses/loopback';

export interface SafeRequest {
  headers?: Record<string, string>;
  method?: 'GET' | 'HEAD' | 'POST';
  body?: string;
  /** Whether the body may contain secrets, so that no redirect is followed. */
  isSecret?: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Follows redirects and resolves with any status. A browser doesn't distinguish a missing network, an unknown
 * host name, a bad certificate and a missing CORS header: all are NET_OFFLINE.
 * @throws ModelError NET_OFFLINE, REDIRECT_UNSAFE
 */
export async function fetchSafely(url: string, request: SafeRequest = {}): Promise<Response> {
  const { signal, isSecret = false, ...init } = request;
  const options: RequestInit = {
    ...init,
    cache: 'no-store',
    credentials: 'omit',
    redirect: isSecret ? 'manual' : 'follow',
    referrerPolicy: 'no-referrer',
    signal: signal ?? null,
  };
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (cause) {
    if (isAbortError(cause) || signal?.aborted) throw cause;
    throw new ModelError('NET_OFFLINE', { host: hostOf(url) }, { cause });
  }
  if (response.type === 'opaqueredirect') throw refuseRedirect(new URL(url, location.href));
  if (!isSafeAnswer(new URL(url, location.href).href, response.url)) {
    await response.body?.cancel();
    const reason = `redirected to ${new URL(response.url).protocol}`;
    throw new ModelError('REDIRECT_UNSAFE', { host: hostOf(response.url), reason });
  }
  return response;
}

/**
 * Whether the target of a redirect may be trusted: https, or no less safe than the requested address.
 * A redirect from https to http is refused, even to this computer, where any program may listen.
 */
export function isSafeAnswer(requestedUrl: string, answeredUrl: string): boolean {
  const [asked, answered] = [new URL(requestedUrl), new URL(answeredUrl)];
  if (answered.protocol === 'https:') return true;
  if (answered.protocol !== 'http:' || asked.protocol !== 'http:') return false;
  return answered.origin === asked.origin || (isLoopback(asked) && isLoopback(answered));
}

function hostOf(url: string): string {
  return URL.canParse(url, location.href) ? new URL(url, location.href).host : '';
}

const READ_BUFFER_BYTES = 1024 * 1024;

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** The most bytes to read at once, called before each read; 1 MiB at most. Some browsers ignore it. */
  pieceBytes?: () => number;
}

export interface BodyReader {
  /** The bytes as they arrive; the next read overwrites the array. @throws ModelError NET_INTERRUPTED */
  pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** Frees the connection; call it in any case, as often as you like. */
  cancel(): Promise<void>;
}

/**
 * Begins to read at once: when the connection breaks, a browser discards bytes that
 * weren't read yet.
 */
export function startReading(response: Response, options: ReadOptions = {}): BodyReader {
  const { signal, pieceBytes = () => READ_BUFFER_BYTES } = options;
  const { read, cancel } = openBody(response.body ?? new Blob().stream(), pieceBytes);
  const first = read();
  // `pieces` reports this failure, but it may never be called.
  first.catch(() => undefined);

  return {
    async *pieces() {
      try {
        for (let piece = await first; !piece.done; piece = await read()) yield piece.value;
      } catch (cause) {
        if (isAbortError(cause) || signal?.aborted) throw cause;
        const { host } = new URL(response.url);
        throw new ModelError('NET_INTERRUPTED', { host }, { cause });
      }
    },
    // If the body has already ended, failed or been aborted, cancelling fails, which doesn't matter.
    cancel: () => cancel().catch(() => undefined),
  };
}

// Uses one buffer for the whole body where the browser can fill a given buffer, else one for every chunk.
function openBody(body: ReadableStream<Uint8Array<ArrayBuffer>>, pieceBytes: () => number) {
  const byob = tryByob(body);
  if (!byob) {
    const reader = body.getReader();
    return { read: () => reader.read(), cancel: () => reader.cancel() };
  }
  let buffer = new ArrayBuffer(READ_BUFFER_BYTES);
  const read = async () => {
    const result = await byob.read(new Uint8Array(buffer, 0, pieceBytes()));
    // The buffer was transferred to the browser and comes back as a new object.
    if (result.value) buffer = result.value.buffer;
    return result;
  };
  return { read, cancel: () => byob.cancel() };
}

function tryByob(body: ReadableStream): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    // This browser's bodies aren't byte streams: the ordinary reader is used.
    return undefined;
  }
}

/**
 * `fetchSafely` with a token; once more without it where the hub refuses the token itself. The browser drops the
 * token at a redirect to another origin.
 */
export async function fetchSignedIn(
  url: string,
  request: SafeRequest,
  { token, onRefused }: { token: string | undefined; onRefused: (token: string) => void },
): Promise<Response> {
  const headers = { ...request.headers, ...bearer(token) };
  const response = await fetchSafely(url, { ...request, headers });
  const header = (name: string) => response.headers.get(name) ?? undefined;
  if (token === undefined || !refusesToken({ status: response.status, header })) return response;
  await response.body?.cancel();
  onRefused(token);
  return fetchSafely(url, request);
}

/** Implements `fetchText` of the Downloader port; see the port for the contract. */
export async function fetchText(
  request: TextRequest & { access: HubAccess },
  events: TextEvents,
  signal: AbortSignal,
): Promise<TextAnswer> {
  const { access } = request;
  const body = bodyOf(request);
  const post: SafeRequest =
    body === undefined
      ? { headers: rangeOf(request) }
      : {
          method: 'POST',
          headers: { 'Content-Type': body.contentType },
          ...{ body: body.text, isSecret: body.isSecret },
        };
  const token = tokenFor(new URL(request.url, location.href), access, request.token);
  const onRefused = (refused: string) => {
    if (request.token === undefined) access.onRefused?.(refused);
  };
  const response = await fetchSignedIn(request.url, { ...post, signal }, { token, onRefused });
  const { status, headers } = response;
  const { text, isWhole } = await readText(response, { ...request, ...events }, signal);
  if (!isWhole) {
    const reason = `longer than ${String(request.maxBytes)} bytes`;
    throw new ModelError('HTTP_UNEXPECTED', { host: hostOf(response.url), status, reason });
  }
  return { status, text, headers: Object.fromEntries(headers) };
}

/**
 * At most `maxBytes` of text, counted after decompression, and whether the text is complete.
 * @throws ModelError NET_INTERRUPTED
 */
export async function readText(
  response: Response,
  { maxBytes, onProgress }: Pick<TextRequest, 'maxBytes'> & TextEvents,
  signal: AbortSignal,
): Promise<{ text: string; isWhole: boolean }> {
  const body = startReading(response, { signal });
  const collected = createTextCollector();
  onProgress(0);
  try {
    for await (const piece of body.pieces()) {
      const receivedBytes = collected.sizeBytes() + piece.byteLength;
      onProgress(receivedBytes);
      if (receivedBytes > maxBytes) return { text: collected.text(), isWhole: false };
      collected.add(piece);
    }
  } finally {
    await body.cancel();
  }
  return { text: collected.text(), isWhole: true };
}

/** Implements `fetchRange` of the Downloader port; see the port for the contract. */
export async function fetchRange(
  { access, ...request }: RangeRequest & { access: HubAccess },
  events: TextEvents,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  const headers = { Range: rangeHeader(request) };
  const token = tokenFor(new URL(request.url, location.href), access);
  const onRefused = (refused: string) => access.onRefused?.(refused);
  const response = await fetchSignedIn(request.url, { headers, signal }, { token, onRefused });
  const body = startReading(response, { signal });
  try {
    const header = (name: string) => response.headers.get(name) ?? undefined;
    const expected = expectRange(
      { ...request, ...events },
      { status: response.status, url: response.url, header },
    );
    if (expected.isOpen()) {
      for await (const piece of body.pieces()) if (!expected.take(piece)) break;
    }
    return expected.answer();
  } finally {
    await body.cancel();
  }
}
