/** The downloader over a `MemoryWeb` and a `MemoryDisk`; checks answers exactly as the real downloaders do. */
import { readAnswer, tooLong, type AnswerMeaning } from '../../download/answers/readAnswer';
import { expectRange } from '../../download/answers/readRange';
import { versionsOf } from '../../download/answers/sourceVersion';
import { throwIfAborted } from '../../download/flow/abortable';
import { abortError, ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import type {
  Downloader,
  FileEvents,
  FileRequest,
  RangeAnswer,
  RangeRequest,
  TextEvents,
  TextRequest,
} from '../types';
import { keyOf, truncate, writeAt, type MemoryDisk } from './memoryDisk';
import type { MemoryWeb, WebEvent, WebLogEntry } from './memoryWeb';

const CHUNK_BYTES = 16 * 1024;

export interface MemoryDownloaderOptions {
  disk: MemoryDisk;
  web: MemoryWeb;
  /** Files that are packaged with the app, by id. */
  bundled: ReadonlyMap<string, Uint8Array>;
  /** The token of this tab; none unless given. */
  token?: () => string | undefined;
}

export function createMemoryDownloader(options: MemoryDownloaderOptions): Downloader {
  const { disk, web, bundled, token = () => undefined } = options;
  return {
    async fetchFile(request, events, signal) {
      storeSegments(request.path);
      throwIfAborted(signal);
      const event = web.events.get(request.url)?.shift();
      const { url, offsetBytes, endBytes } = request;
      const entry = { url, offsetBytes, endBytes, sentBytes: 0 };
      web.log.push(entry);
      await Promise.resolve();
      throwIfAborted(signal);
      const answer = answerTo(web, request, event);
      const meaning = readAnswer(request, answer);
      const versions = versionsOf(answer);
      const about = { maxConnections: web.maxConnections, isHandedOver: false, versions };
      if (meaning.kind === 'complete') {
        const { totalBytes } = meaning;
        events.onAnswer({ offsetBytes, endBytes: offsetBytes, totalBytes, url, ...about });
        return;
      }
      events.onAnswer({ ...meaning, url: web.redirects.get(url) ?? url, ...about });
      await receive(
        { disk, request, events, meaning },
        { bytes: answer.body, event, entry, signal },
      );
    },

    setRateLimit(bytesPerSecond) {
      web.rateLimit = bytesPerSecond;
    },

    setWifiOnly: () => undefined,

    underway: () => Promise.resolve([]),

    async fetchText(request, { onProgress }, signal) {
      throwIfAborted(signal);
      const answer = await orAborted(
        Promise.resolve(web.answerText(request, tokenOf(request) ?? token())),
        signal,
      );
      throwIfAborted(signal);
      const { byteLength } = new TextEncoder().encode(answer.text);
      onProgress(byteLength);
      if (byteLength > request.maxBytes) {
        const { host } = new URL(request.url);
        throw new ModelError('HTTP_UNEXPECTED', {
          host,
          status: answer.status,
          reason: 'too long',
        });
      }
      return answer;
    },

    fetchRange: (request, events, signal) => fetchRange(web, { ...request, ...events }, signal),

    async copyBundled(requireId, path, signal) {
      storeSegments(path);
      await Promise.resolve();
      throwIfAborted(signal);
      const bytes = bundled.get(requireId);
      if (bytes === undefined) throw new ModelError('MODEL_MISSING', { modelId: requireId });
      disk.files.delete(keyOf(disk, path));
      writeAt(disk, path, { at: 0, bytes });
    },
  };
}

function tokenOf({ token }: TextRequest): string | undefined {
  return typeof token === 'object' ? token?.value : token;
}

async function fetchRange(
  web: MemoryWeb,
  request: RangeRequest & TextEvents,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  throwIfAborted(signal);
  const { url, startBytes, lengthBytes } = request;
  const event = web.events.get(url)?.shift();
  const range = { url, offsetBytes: startBytes, endBytes: startBytes + lengthBytes };
  const entry = { ...range, sentBytes: 0 };
  web.log.push(entry);
  await Promise.resolve();
  throwIfAborted(signal);
  const answer = answerTo(web, range, event);
  const expected = expectRange(request, { ...answer, url: web.redirects.get(url) ?? url });
  if (expected.isOpen()) {
    for await (const chunk of chunksOf({ bytes: answer.body, event, signal })) {
      entry.sentBytes += chunk.byteLength;
      if (!expected.take(chunk)) break;
    }
  }
  return expected.answer();
}

interface Answered {
  status: number;
  url: string;
  header(name: string): string | undefined;
  body: Uint8Array;
}

type AskedRange = Pick<FileRequest, 'url' | 'offsetBytes' | 'endBytes'>;

function answerTo(web: MemoryWeb, request: AskedRange, event: WebEvent | undefined): Answered {
  if (event?.kind === 'fail') throw event.error;
  const make = (
    status: number,
    headers: Record<string, string> = {},
    body: Uint8Array = new Uint8Array(),
  ) => ({ status, url: request.url, header: (name: string) => headers[name], body });
  if (event?.kind === 'answer') return make(event.status, event.headers, event.body);

  const bytes = event?.kind === 'bytes' ? event.bytes : web.files.get(request.url);
  if (bytes === undefined) return make(404, { 'x-error-code': 'EntryNotFound' });
  const etag = web.etagOf(bytes);
  const named: Record<string, string> = etag === undefined ? {} : { etag };
  if (event?.kind === 'ignore-range') {
    return make(200, { ...named, 'content-length': String(bytes.byteLength) }, bytes);
  }
  const [status, headers, body] = rangeOf(bytes, request);
  return make(status, { ...named, ...headers }, body);
}

function rangeOf(
  bytes: Uint8Array,
  { offsetBytes, endBytes }: AskedRange,
): [status: number, headers: Record<string, string>, body?: Uint8Array] {
  const { byteLength } = bytes;
  if (offsetBytes === 0 && endBytes === undefined) {
    return [200, { 'content-length': String(byteLength) }, bytes];
  }
  if (offsetBytes >= byteLength) return [416, { 'content-range': `bytes */${String(byteLength)}` }];
  const end = Math.min(byteLength, endBytes ?? byteLength);
  const range = `bytes ${String(offsetBytes)}-${String(end - 1)}/${String(byteLength)}`;
  return [206, { 'content-range': range }, bytes.subarray(offsetBytes, end)];
}

interface Destination {
  disk: MemoryDisk;
  request: FileRequest;
  events: FileEvents;
  meaning: Extract<AnswerMeaning, { kind: 'body' }>;
}

interface Body {
  bytes: Uint8Array;
  event: WebEvent | undefined;
  signal: AbortSignal;
}

async function receive(
  { disk, request, events, meaning }: Destination,
  body: Body & { entry: WebLogEntry },
) {
  const { path, url } = request;
  const { endBytes = Infinity, totalBytes } = meaning;
  const { host } = new URL(url);
  let positionBytes = meaning.offsetBytes;
  for await (const chunk of chunksOf(body)) {
    if (positionBytes + chunk.byteLength > endBytes) throw tooLong(request, endBytes, host);
    writeAt(disk, path, { at: positionBytes, bytes: chunk });
    positionBytes += chunk.byteLength;
    body.entry.sentBytes = positionBytes - meaning.offsetBytes;
    events.onProgress(positionBytes);
  }
  const isShort = meaning.endBytes !== undefined && positionBytes < meaning.endBytes;
  if (isShort || body.event?.kind === 'cut') throw new ModelError('NET_INTERRUPTED', { host });
  const isEnd = request.endBytes === undefined || meaning.endBytes === undefined;
  truncate(disk, path, totalBytes ?? (isEnd ? positionBytes : Infinity));
}

/** The body in pieces, each in a task of its own, until the scripted event occurs. */
async function* chunksOf({ bytes, event, signal }: Body): AsyncGenerator<Uint8Array> {
  const breaksAt = event && 'afterBytes' in event ? event.afterBytes : Infinity;
  for (let sent = 0; sent < bytes.byteLength;) {
    if (sent === breaksAt && event?.kind === 'cut') return;
    if (sent === breaksAt && event?.kind === 'hold') await orAborted(event.until, signal);
    await Promise.resolve();
    throwIfAborted(signal);
    const end = sent < breaksAt ? Math.min(sent + CHUNK_BYTES, breaksAt) : sent + CHUNK_BYTES;
    const chunk = bytes.subarray(sent, end);
    sent += chunk.byteLength;
    yield chunk;
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(abortError());
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}
