/** The downloader over a `MemoryWeb` and a `MemoryDisk`; judges answers exactly as the real ones do. */
import { readAnswer } from '../../download/readAnswer';
import { ModelError } from '../../errors';
import { storeSegments } from '../storePath';
import type { Downloader, FileRequest } from '../types';
import { writeAt, type MemoryDisk } from './memoryDisk';
import type { MemoryWeb, WebEvent, WebLogEntry } from './memoryWeb';

const CHUNK_BYTES = 16 * 1024;

export interface MemoryDownloaderOptions {
  disk: MemoryDisk;
  web: MemoryWeb;
  /** What is packaged with the app, by id. */
  bundled: ReadonlyMap<string, Uint8Array>;
}

export function createMemoryDownloader(options: MemoryDownloaderOptions): Downloader {
  const { disk, web, bundled } = options;
  return {
    async fetchFile(request, onProgress, signal) {
      storeSegments(request.path);
      signal.throwIfAborted();
      const event = web.events.get(request.url)?.shift();
      const entry = { url: request.url, offsetBytes: request.offsetBytes, sentBytes: 0 };
      web.log.push(entry);
      await Promise.resolve();
      const answer = answerTo(web, request, event);
      const meaning = readAnswer(request, answer);
      if (meaning.kind === 'complete') return { receivedBytes: request.offsetBytes };
      const { offsetBytes, totalBytes } = meaning;
      const body = { bytes: answer.body, event, entry, signal };
      const receivedBytes = await receive(
        { disk, request, offsetBytes, totalBytes, onProgress },
        body,
      );
      return { receivedBytes };
    },

    async fetchText(request, signal) {
      signal?.throwIfAborted();
      const answer = await web.answerText(request);
      signal?.throwIfAborted();
      if (new TextEncoder().encode(answer.text).byteLength > request.maxBytes) {
        const { host } = new URL(request.url);
        throw new ModelError('HTTP_UNEXPECTED', {
          host,
          status: answer.status,
          reason: 'too long',
        });
      }
      return answer;
    },

    async copyBundled(requireId, path, signal) {
      storeSegments(path);
      await Promise.resolve();
      signal.throwIfAborted();
      const bytes = bundled.get(requireId);
      if (bytes === undefined) throw new ModelError('MODEL_MISSING', { modelId: requireId });
      disk.files.delete(path);
      writeAt(disk, path, { at: 0, bytes });
    },
  };
}

interface Answered {
  status: number;
  url: string;
  header(name: string): string | undefined;
  body: Uint8Array;
}

function answerTo(web: MemoryWeb, request: FileRequest, event: WebEvent | undefined): Answered {
  if (event?.kind === 'fail') throw event.error;
  const make = (
    status: number,
    headers: Record<string, string> = {},
    body: Uint8Array = new Uint8Array(),
  ) => ({ status, url: request.url, header: (name: string) => headers[name], body });
  if (event?.kind === 'answer') return make(event.status, event.headers, event.body);

  const bytes = event?.kind === 'bytes' ? event.bytes : web.files.get(request.url);
  if (bytes === undefined) return make(404, { 'x-error-code': 'EntryNotFound' });
  const size = bytes.byteLength;
  const offsetBytes = event?.kind === 'ignore-range' ? 0 : request.offsetBytes;
  if (offsetBytes === 0) return make(200, { 'content-length': String(size) }, bytes);
  if (offsetBytes >= size) return make(416, { 'content-range': `bytes */${String(size)}` });
  const range = `bytes ${String(offsetBytes)}-${String(size - 1)}/${String(size)}`;
  return make(206, { 'content-range': range }, bytes.subarray(offsetBytes));
}

interface Destination {
  disk: MemoryDisk;
  request: FileRequest;
  offsetBytes: number;
  totalBytes: number | undefined;
  onProgress: (receivedBytes: number) => void;
}

interface Body {
  bytes: Uint8Array;
  event: WebEvent | undefined;
  entry: WebLogEntry;
  signal: AbortSignal;
}

async function receive(to: Destination, body: Body): Promise<number> {
  const { disk, request, totalBytes } = to;
  const { path } = request;
  let receivedBytes = to.offsetBytes;
  disk.files.set(path, (disk.files.get(path) ?? new Uint8Array()).slice(0, receivedBytes));
  to.onProgress(receivedBytes);
  for await (const chunk of chunksOf(body)) {
    const endBytes = receivedBytes + chunk.byteLength;
    if (totalBytes !== undefined && endBytes > totalBytes) {
      throw lengthMismatch(path, totalBytes, endBytes);
    }
    writeAt(disk, path, { at: receivedBytes, bytes: chunk });
    receivedBytes = endBytes;
    body.entry.sentBytes = receivedBytes - to.offsetBytes;
    to.onProgress(receivedBytes);
  }
  const isShort = totalBytes !== undefined && receivedBytes < totalBytes;
  if (isShort || body.event?.kind === 'cut') {
    throw new ModelError('NET_INTERRUPTED', { host: new URL(request.url).host });
  }
  return receivedBytes;
}

/** The body in pieces, each at a moment of its own, until what was scripted happens to it. */
async function* chunksOf({ bytes, event, signal }: Body): AsyncGenerator<Uint8Array> {
  const breaksAt = event && 'afterBytes' in event ? event.afterBytes : Infinity;
  for (let sent = 0; sent < bytes.byteLength;) {
    if (sent === breaksAt && event?.kind === 'cut') return;
    if (sent === breaksAt && event?.kind === 'hold') await untilAborted(event.until, signal);
    await Promise.resolve();
    signal.throwIfAborted();
    const end = sent < breaksAt ? Math.min(sent + CHUNK_BYTES, breaksAt) : sent + CHUNK_BYTES;
    const chunk = bytes.subarray(sent, end);
    sent += chunk.byteLength;
    yield chunk;
  }
}

function lengthMismatch(path: string, expectedBytes: number, actualBytes: number): ModelError {
  const fileName = path.split('/').at(-1) ?? path;
  return new ModelError('LENGTH_MISMATCH', { fileName, expectedBytes, actualBytes });
}

function untilAborted(until: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    until.then(resolve, reject);
  });
}
