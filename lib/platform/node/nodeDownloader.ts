/** Moves bytes from the network to the disk over connections of our own: `fetch` hides redirects and truncation. */
import { constants, copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { createRateLimiter, type RateLimiter } from '../../download/flow/rateLimiter';
import { readAnswer, tooLong, type AnswerMeaning } from '../../download/answers/readAnswer';
import { expectRange, rangeHeader } from '../../download/answers/readRange';
import { ifRangeOf, versionsOf } from '../../download/answers/sourceVersion';
import { ModelError } from '../../errors';
import { decodeText } from '../shared/decodeText';
import { bodyOf, rangeOf } from '../shared/requestBody';
import { isPortableName } from '../shared/storePath';
import { systemClock } from '../shared/systemClock';
import type {
  Downloader,
  FileEvents,
  FileRequest,
  TextAnswer,
  TextEvents,
  TextRequest,
} from '../types';
import { collectBody, readWhile } from './http/collectBody';
import { diskError, isAbsent } from './nodeErrors';
import { createFileWriters, type FileWriters } from './files/nodeFileWriter';
import { makeFolder, placeOf } from './files/nodePaths';
import { connectionsWithin } from './openFileLimit';
import type { Answer, NodeWeb, OutgoingRequest } from './http/nodeRequest';
import { receiveBody } from './http/receiveBody';
import { createSlabs, type Slabs } from './http/slabs';

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
  const limiter = createRateLimiter(systemClock);
  const slabs = createSlabs();
  const maxConnections = connectionsWithin();
  const writers = createFileWriters(root);
  return {
    async fetchFile(request, events, signal) {
      const answer = await web.ask(fileRequest(request), signal);
      try {
        const meaning = readAnswer(request, answer.head);
        const { offsetBytes } = request;
        const { url } = answer.head;
        const { totalBytes } = meaning;
        const versions = versionsOf(answer.head);
        const host = { maxConnections, isHandedOver: false };
        const about = { url, totalBytes, versions, ...host };
        if (meaning.kind === 'complete') {
          events.onAnswer({ ...about, offsetBytes, endBytes: offsetBytes });
          return;
        }
        events.onAnswer({ ...about, offsetBytes: meaning.offsetBytes, endBytes: meaning.endBytes });
        await receive(answer, { writers, request, meaning, limiter, slabs, events, signal });
      } finally {
        answer.body.destroy();
      }
    },

    setRateLimit: limiter.set,
    setWifiOnly: () => undefined,
    underway: () => Promise.resolve([]),

    async fetchText(request, events, signal) {
      const answer = await web.ask(textRequest(request), signal);
      return readText(answer, { ...request, ...events }, signal);
    },

    async fetchRange(request, events, signal) {
      const { url } = request;
      const headers = { accept: '*/*', range: rangeHeader(request) };
      const { head, body } = await web.ask({ url, method: 'GET', headers }, signal);
      try {
        const expected = expectRange({ ...request, ...events }, head);
        const { host } = new URL(head.url);
        if (expected.isOpen()) await readWhile(body, { host, take: expected.take }, signal);
        return expected.answer();
      } finally {
        body.destroy();
      }
    },

    async copyBundled(requireId, path, signal) {
      signal.throwIfAborted();
      const missing = () => new ModelError('MODEL_MISSING', { modelId: requireId });
      if (!isPortableName(requireId)) throw missing();
      try {
        const place = await placeOf(root, path);
        await makeFolder(root, dirname(place));
        // Copying over an existing file would change its other hard links, too.
        await rm(place, { force: true });
        const flags = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;
        await copyFile(join(bundledFolder, requireId), place, flags);
      } catch (error) {
        throw isAbsent(error) ? missing() : diskError(error, { path });
      }
      signal.throwIfAborted();
    },
  };
}

function fileRequest(request: FileRequest): OutgoingRequest {
  const { url, offsetBytes, endBytes } = request;
  const isWhole = offsetBytes === 0 && endBytes === undefined;
  const last = endBytes === undefined ? '' : String(endBytes - 1);
  const range: Record<string, string> = isWhole
    ? {}
    : { range: `bytes=${String(offsetBytes)}-${last}` };
  const ifRange = ifRangeOf(request);
  const condition: Record<string, string> = ifRange === undefined ? {} : { 'if-range': ifRange };
  return { url, method: 'GET', headers: { accept: '*/*', ...range, ...condition } };
}

interface Destination {
  writers: FileWriters;
  request: FileRequest;
  meaning: Extract<AnswerMeaning, { kind: 'body' }>;
  limiter: RateLimiter;
  slabs: Slabs;
  events: FileEvents;
  signal: AbortSignal;
}

async function receive({ head, body }: Answer, to: Destination): Promise<void> {
  const { writers, request, meaning, limiter, slabs, events, signal } = to;
  const { offsetBytes, endBytes, totalBytes } = meaning;
  const { host } = new URL(head.url);
  const limitBytes = endBytes ?? Infinity;
  const neededBytes = endBytes === undefined ? 0 : endBytes - offsetBytes;
  const { path } = request;
  const writer = await writers.open({ path, offsetBytes, neededBytes });
  try {
    const { onProgress } = events;
    const tooMuch = () => tooLong(request, limitBytes, host);
    const limits = { limiter, slabs, limitBytes, tooLong: tooMuch };
    await receiveBody({ body, host, writer, ...limits, onProgress, signal });
    // Even if the connection ended properly, the file may be incomplete.
    if (endBytes !== undefined && writer.positionBytes < endBytes) {
      throw new ModelError('NET_INTERRUPTED', { host });
    }
    // Where the size isn't stated, only a body without an end position shows where the file ends.
    const isEnd = request.endBytes === undefined || endBytes === undefined;
    const sizeBytes = totalBytes ?? (isEnd ? writer.positionBytes : undefined);
    if (sizeBytes !== undefined) await writer.truncate(sizeBytes);
  } finally {
    // Closed before the promise settles: the caller may open the file at once.
    await writer.close();
  }
}

function textRequest({ url, token, ...request }: TextRequest): OutgoingRequest {
  const body = bodyOf(request);
  const signIn = token === undefined ? {} : { token };
  if (body === undefined) {
    const asked = { accept: '*/*', ...rangeOf(request) };
    return { url, method: 'GET', headers: asked, ...signIn };
  }
  const headers = { accept: 'application/json', 'content-type': body.contentType };
  return { url, method: 'POST', headers, body: body.text, isSecret: body.isSecret, ...signIn };
}

async function readText(
  { head, headers, body }: Answer,
  { maxBytes, onProgress }: TextRequest & TextEvents,
  signal: AbortSignal,
) {
  const bytes = await collectBody(body, { head, maxBytes, onProgress }, signal);
  const text = decodeText(bytes);
  return { status: head.status, text, headers: Object.fromEntries(headers) } satisfies TextAnswer;
}
