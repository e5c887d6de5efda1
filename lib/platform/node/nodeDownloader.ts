/** Moves bytes from the network to the disk with Node's own HTTP client: `fetch` hides redirects and truncation. */
import { copyFile, constants } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';

import { readAnswer } from '../../download/readAnswer';
import { ModelError } from '../../errors';
import { isPortableName } from '../storePath';
import type { Downloader, FileRequest, TextAnswer, TextRequest } from '../types';
import { diskError, isAbsent, networkError } from './nodeErrors';
import { openFileWriter } from './nodeFileWriter';
import { makeFolder, placeOf } from './nodePaths';
import type { Answer, NodeWeb, OutgoingRequest } from './nodeRequest';

const PROGRESS_EVERY_MS = 100;

export interface NodeDownloaderOptions {
  /** The models folder. */
  root: string;
  web: NodeWeb;
  /** Where files that are packaged with the app lie. */
  bundledFolder: string;
}

export function createNodeDownloader({
  root,
  web,
  bundledFolder,
}: NodeDownloaderOptions): Downloader {
  return {
    async fetchFile(request, onProgress, signal) {
      const answer = await web.ask(fileRequest(request), signal);
      const meaning = judge(request, answer);
      if (meaning.kind === 'complete') return { receivedBytes: request.offsetBytes };
      const { offsetBytes, totalBytes } = meaning;
      const destination = { root, path: request.path, offsetBytes, limitBytes: totalBytes };
      return { receivedBytes: await receive(answer, { ...destination, onProgress, signal }) };
    },

    async fetchText(request, signal) {
      return readText(await web.ask(textRequest(request), signal), request, signal);
    },

    async copyBundled(requireId, path, signal) {
      signal.throwIfAborted();
      const missing = () => new ModelError('MODEL_MISSING', { modelId: requireId });
      if (!isPortableName(requireId)) throw missing();
      try {
        const place = await placeOf(root, path);
        await makeFolder(root, dirname(place));
        await copyFile(join(bundledFolder, requireId), place, constants.COPYFILE_FICLONE);
      } catch (error) {
        throw isAbsent(error) ? missing() : diskError(error, { path });
      }
      signal.throwIfAborted();
    },
  };
}

function fileRequest({ url, offsetBytes }: FileRequest): OutgoingRequest {
  const range: Record<string, string> =
    offsetBytes > 0 ? { range: `bytes=${String(offsetBytes)}-` } : {};
  return { url, method: 'GET', headers: { accept: '*/*', ...range } };
}

function judge(request: FileRequest, { head, body }: Answer) {
  try {
    const meaning = readAnswer(request, head);
    if (meaning.kind === 'complete') body.destroy();
    return meaning;
  } catch (error) {
    body.destroy();
    throw error;
  }
}

interface Destination {
  root: string;
  path: string;
  offsetBytes: number;
  limitBytes: number | undefined;
  onProgress: (receivedBytes: number) => void;
  signal: AbortSignal;
}

async function receive({ head, body }: Answer, to: Destination): Promise<number> {
  const { host } = new URL(head.url);
  try {
    const writer = await openFileWriter(to.root, to);
    const report = throttled(to.onProgress);
    try {
      report.now(writer.sizeBytes);
      for await (const chunk of chunksOf(body, host, to.signal)) {
        await writer.write(chunk);
        report.soon(writer.sizeBytes);
      }
      report.now(writer.sizeBytes);
    } finally {
      report.stop();
      // Before the rejection: whoever is told of the end may open the file at once.
      await writer.close();
    }
    // A connection that ends in good order says nothing about the file.
    if (to.limitBytes !== undefined && writer.sizeBytes < to.limitBytes) {
      throw new ModelError('NET_INTERRUPTED', { host });
    }
    return writer.sizeBytes;
  } finally {
    body.destroy();
  }
}

/** The body's pieces; fails as a port does. */
async function* chunksOf(body: IncomingMessage, host: string, signal?: AbortSignal) {
  const stop = () => body.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw networkError(error, host);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Tells at most ten times a second, and late rather than never: what was told last is soon true. */
function throttled(onProgress: (receivedBytes: number) => void) {
  let latestBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const now = (receivedBytes: number) => {
    clearTimeout(timer);
    timer = undefined;
    onProgress(receivedBytes);
  };
  const soon = (receivedBytes: number) => {
    latestBytes = receivedBytes;
    timer ??= setTimeout(() => {
      now(latestBytes);
    }, PROGRESS_EVERY_MS);
  };
  const stop = () => {
    clearTimeout(timer);
  };
  return { now, soon, stop };
}

function textRequest({ url, json }: TextRequest): OutgoingRequest {
  if (json === undefined) return { url, method: 'GET', headers: { accept: '*/*' } };
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return { url, method: 'POST', headers, body: JSON.stringify(json) };
}

async function readText(answer: Answer, { maxBytes }: TextRequest, signal?: AbortSignal) {
  const { head, body } = answer;
  const { host } = new URL(head.url);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of chunksOf(body, host, signal)) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) {
        const reason = `longer than ${String(maxBytes)} bytes`;
        throw new ModelError('HTTP_UNEXPECTED', { host, status: head.status, reason });
      }
      chunks.push(chunk);
    }
  } finally {
    body.destroy();
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: head.status, text, headers: plainHeaders(body) } satisfies TextAnswer;
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
