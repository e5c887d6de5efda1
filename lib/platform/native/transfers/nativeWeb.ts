/**
 * Makes one HTTP request by the app itself: follows redirects hop by hop, and resolves with the head and an unread
 * body.
 */
import { fetch } from 'expo/fetch';

import { abortError, ModelError } from '../../../errors';
import type { AnswerHead } from '../../../download/answers/answerHead';
import { expectRange, rangeHeader } from '../../../download/answers/readRange';
import {
  bearer,
  checkedHop,
  checkHopCount,
  refuseRedirect,
  refusesToken,
  tokenFor,
  type HubAccess,
} from '../../addresses/hops';
import { createTextCollector } from '../../shared/decodeText';
import { bodyOf, rangeOf } from '../../shared/requestBody';
import type { RangeAnswer, RangeRequest, TextAnswer, TextEvents, TextRequest } from '../../types';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface OutgoingRequest {
  url: string;
  headers: Record<string, string>;
  /** A body makes it a POST. */
  body?: string;
  /** As `TextRequest.token`. */
  token?: TextRequest['token'];
  /** Whether the body may contain secrets, so that no redirect is followed. */
  isSecret?: boolean;
}

export interface NativeAnswer {
  head: AnswerHead;
  headers: Record<string, string>;
  /**
   * Passes on the body piece by piece. When `take` throws, the body is ended and this rejects with that error.
   * @throws ModelError NET_INTERRUPTED; AbortError
   */
  read(take: (piece: Uint8Array) => Promise<void> | void): Promise<void>;
  /** Ends the connection of an answer that isn't read. */
  discard(): void;
}

export interface NativeWeb {
  /**
   * Resolves with the last hop's head, with any status. The package describes failures only in a sentence, so that
   * a missing network, an unknown host name and a bad certificate are all NET_OFFLINE.
   * @throws ModelError NET_OFFLINE, REDIRECT_UNSAFE; AbortError
   */
  ask(request: OutgoingRequest, signal?: AbortSignal): Promise<NativeAnswer>;
}

export function createNativeWeb(access: HubAccess): NativeWeb {
  return {
    async ask(request, signal) {
      let current = request;
      let url = checkedHop(request.url, undefined, access);
      let linkedEtag: string | undefined;
      for (let hops = 0; ; hops += 1) {
        const answer = await askSignedIn(url, current, { access, signal });
        const location = answer.head.header('location');
        if (!REDIRECTS.has(answer.head.status) || location === undefined) {
          return { ...answer, head: { ...answer.head, linkedEtag } };
        }
        linkedEtag ??= answer.head.header('x-linked-etag');
        answer.discard();
        if (current.isSecret === true) throw refuseRedirect(url);
        checkHopCount(hops, url);
        url = checkedHop(location, url, access);
        current = afterRedirect(current, answer.head.status);
      }
    },
  };
}

/** Once more without the token where the hub refuses it, also for a file that needs none. */
async function askSignedIn(
  url: URL,
  request: OutgoingRequest,
  { access, signal }: { access: HubAccess; signal: AbortSignal | undefined },
): Promise<NativeAnswer> {
  const token = tokenFor(url, access, request.token);
  const answer = await askOnce(url, signedIn(request, token), signal);
  const isHosts = token !== undefined && request.token === undefined;
  if (!isHosts || !refusesToken(answer.head)) return answer;
  answer.discard();
  access.onRefused?.(token);
  return askOnce(url, signedIn(request, undefined), signal);
}

function signedIn(request: OutgoingRequest, token: string | undefined): OutgoingRequest {
  const headers = { 'Accept-Encoding': 'identity', ...request.headers, ...bearer(token) };
  return { ...request, headers };
}

// 307 and 308 repeat the request; the older statuses are followed with a GET, as in every client.
function afterRedirect(request: OutgoingRequest, status: number): OutgoingRequest {
  if (request.body === undefined || status === 307 || status === 308) return request;
  const { url, token } = request;
  return { url, headers: {}, ...(token !== undefined && { token }) };
}

async function askOnce(
  { href, host }: URL,
  { headers, body }: OutgoingRequest,
  signal: AbortSignal | undefined,
): Promise<NativeAnswer> {
  if (signal?.aborted) throw abortError();
  const method = body === undefined ? 'GET' : 'POST';
  // Closes the connection of an unread body; the package's own way to cancel may leave it open.
  const ending = new AbortController();
  const stop = () => {
    ending.abort();
  };
  signal?.addEventListener('abort', stop);
  const release = () => {
    signal?.removeEventListener('abort', stop);
    stop();
  };
  try {
    const response = await fetch(href, {
      method,
      headers,
      credentials: 'omit',
      redirect: 'manual',
      signal: ending.signal,
      ...(body !== undefined && { body }),
    });
    const head: AnswerHead = {
      status: response.status,
      url: href,
      header: (name) => response.headers.get(name) ?? undefined,
    };
    const plain: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      plain[name.toLowerCase()] = value;
    });
    const { body: stream } = response;
    return {
      head,
      headers: plain,
      read: (take) => readBody(stream, take, { host, signal, release }),
      discard: release,
    };
  } catch (error) {
    release();
    if (signal?.aborted) throw abortError();
    throw new ModelError('NET_OFFLINE', { host }, { cause: error });
  }
}

interface Reading {
  host: string;
  signal: AbortSignal | undefined;
  release: () => void;
}

async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  take: (piece: Uint8Array) => Promise<void> | void,
  { host, signal, release }: Reading,
): Promise<void> {
  const reader = stream?.getReader();
  const next = async () => {
    try {
      return await reader?.read();
    } catch (error) {
      if (signal?.aborted) throw abortError();
      throw new ModelError('NET_INTERRUPTED', { host }, { cause: error });
    }
  };
  try {
    for (let piece = await next(); piece?.done === false; piece = await next()) {
      if (signal?.aborted) throw abortError();
      await take(piece.value);
    }
  } finally {
    release();
  }
}

/** Implements `fetchText` of the Downloader port; see the port for the contract. */
export async function fetchText(
  web: NativeWeb,
  { url, token, maxBytes, onProgress, ...request }: TextRequest & TextEvents,
  signal: AbortSignal,
): Promise<TextAnswer> {
  const body = bodyOf(request);
  const question = {
    url,
    ...(token !== undefined && { token }),
    ...(body === undefined
      ? { headers: { Accept: '*/*', ...rangeOf(request) } }
      : {
          headers: { Accept: 'application/json', 'Content-Type': body.contentType },
          ...{ body: body.text, isSecret: body.isSecret },
        }),
  };
  const answer = await web.ask(question, signal);
  const { status } = answer.head;
  const collected = createTextCollector();
  onProgress(0);
  await answer.read((piece) => {
    const receivedBytes = collected.sizeBytes() + piece.byteLength;
    onProgress(receivedBytes);
    if (receivedBytes > maxBytes) {
      const { host } = new URL(answer.head.url);
      const reason = `longer than ${String(maxBytes)} bytes`;
      throw new ModelError('HTTP_UNEXPECTED', { host, status, reason });
    }
    collected.add(piece);
  });
  return { status, text: collected.text(), headers: answer.headers };
}

/** Implements `fetchRange` of the Downloader port; see the port for the contract. */
export async function fetchRange(
  web: NativeWeb,
  request: RangeRequest & TextEvents,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  const headers = { Accept: '*/*', Range: rangeHeader(request) };
  const answer = await web.ask({ url: request.url, headers }, signal);
  // Only a thrown error ends the reading of a body before its end.
  const enough = new Error('Enough');
  try {
    const expected = expectRange(request, answer.head);
    if (expected.isOpen()) {
      const take = (piece: Uint8Array) => {
        if (!expected.take(piece)) throw enough;
      };
      await answer.read(take).catch((error: unknown) => {
        if (error !== enough) throw error;
      });
    }
    return expected.answer();
  } finally {
    answer.discard();
  }
}
