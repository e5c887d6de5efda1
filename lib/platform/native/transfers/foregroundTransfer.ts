/**
 * Fetches a range of a file while the app runs. It is used where the system's own downloads aren't available, for
 * ranges that they can't fetch, and under a rate limit. The bytes pass through the adapter, not through the
 * core.
 */
import { FileMode } from 'expo-file-system';

import type { ModelFilesModule } from '../../../../modules/model-files';
import type { RateLimiter } from '../../../download/flow/rateLimiter';
import { wait } from '../../../download/flow/abortable';
import { readAnswer, tooLong, type AnswerMeaning } from '../../../download/answers/readAnswer';
import { ifRangeOf, isSameVersion, versionsOf } from '../../../download/answers/sourceVersion';
import { ModelError } from '../../../errors';
import type { Clock, FileEvents, FileRequest } from '../../types';
import { diskError } from '../files/nativeErrors';
import { barePath, fileAt, makeParent } from '../files/nativePaths';
import type { NativeAnswer, NativeWeb } from './nativeWeb';

/** All connections share a phone's one radio: more of them only cost battery. */
const MAX_CONNECTIONS = 4;
/** Under a rate limit, each request asks for the bytes that the limit allows in this time. */
const SLICE_MS = 250;
const SMALLEST_SLICE_BYTES = 32 * 1024;

export interface ForegroundTools {
  web: NativeWeb;
  modelFiles: ModelFilesModule;
  clock: Clock;
  limiter: RateLimiter;
  /** Bytes per second, or undefined for no limit. */
  limit: () => number | undefined;
}

interface Listener {
  events: FileEvents;
  signal: AbortSignal;
}

/**
 * Implements `fetchFile` of the Downloader port; see the port for the contract. One difference: under a rate limit
 * the request is divided into several. A request for a whole file of unknown version isn't divided, and the
 * limit isn't applied to it.
 */
export async function fetchInForeground(
  tools: ForegroundTools,
  request: FileRequest,
  listener: Listener,
): Promise<void> {
  const limit = tools.limit();
  const mustBeOne = request.versions?.length === 0 && request.endBytes === undefined;
  if (limit === undefined || mustBeOne) await fetchRange(tools, request, listener);
  else await fetchInSlices(tools, request, { ...listener, limit });
}

/**
 * Requests only as many bytes as the rate limit allows now: the package delivers all arriving bytes, whether or
 * not they are read, so that a slow reader would fill the memory.
 */
async function fetchInSlices(
  tools: ForegroundTools,
  request: FileRequest,
  { events, signal, limit }: Listener & { limit: number },
): Promise<void> {
  const sliceBytes = Math.max(SMALLEST_SLICE_BYTES, Math.floor((limit * SLICE_MS) / 1000));
  const state = {
    position: request.offsetBytes,
    end: request.endBytes ?? Infinity,
    isAnswered: false,
    wasIgnored: false,
    versions: request.versions,
  };
  const ofSlice: FileEvents = {
    ...events,
    onAnswer(answer) {
      const isTold = state.versions === undefined || answer.versions.length > 0;
      // The caller decides what to do when the version has changed.
      if (state.isAnswered && !isSame(state.versions, answer.versions)) {
        throw new ModelError('NET_INTERRUPTED', { host: new URL(answer.url).host });
      }
      if (state.versions !== undefined) state.versions = answer.versions;
      state.wasIgnored = answer.offsetBytes !== state.position;
      state.end = Math.min(state.end, answer.totalBytes ?? Infinity);
      if (state.isAnswered && !state.wasIgnored) return;
      state.isAnswered = true;
      const endBytes = state.end === Infinity ? undefined : state.end;
      events.onAnswer(state.wasIgnored || !isTold ? answer : { ...answer, endBytes });
    },
    onProgress(endBytes) {
      state.position = endBytes;
      events.onProgress(endBytes);
    },
  };
  while (state.position < state.end && !state.wasIgnored) {
    const begunAt = state.position;
    const endBytes = Math.min(state.end, begunAt + sliceBytes);
    const slice = { ...request, offsetBytes: begunAt, endBytes };
    await fetchRange(tools, slice, { events: ofSlice, signal });
    // No more bytes follow: the end of the file wasn't known.
    if (state.position === begunAt) return;
    await wait(tools.clock, tools.limiter.delayMs(state.position - begunAt), signal);
  }
}

function isSame(wanted: readonly string[] | undefined, versions: readonly string[]): boolean {
  return wanted === undefined || isSameVersion(wanted, versions);
}

async function fetchRange(
  { web, modelFiles }: ForegroundTools,
  request: FileRequest,
  { events, signal }: Listener,
): Promise<void> {
  const place = barePath(request.path);
  const answer = await web.ask({ url: request.url, headers: rangeOf(request) }, signal);
  try {
    const meaning = readAnswer(request, answer.head);
    const { url } = answer.head;
    const { offsetBytes } = request;
    const { totalBytes } = meaning;
    const versions = versionsOf(answer.head);
    const host = { maxConnections: MAX_CONNECTIONS, isHandedOver: false };
    const about = { url, totalBytes, versions, ...host };
    if (meaning.kind === 'complete') {
      events.onAnswer({ ...about, offsetBytes, endBytes: offsetBytes });
      return;
    }
    events.onAnswer({ ...about, offsetBytes: meaning.offsetBytes, endBytes: meaning.endBytes });
    const sizeBytes = await receive({ request, answer, meaning, place }, events.onProgress);
    if (sizeBytes !== undefined) await truncate(modelFiles, request.path, sizeBytes);
  } finally {
    answer.discard();
  }
}

async function truncate(modelFiles: ModelFilesModule, path: string, sizeBytes: number) {
  try {
    await modelFiles.truncate(barePath(path), sizeBytes);
  } catch (error) {
    throw diskError(error, { path });
  }
}

// Also for a whole file, because a server doesn't compress a range.
function rangeOf(request: FileRequest): Record<string, string> {
  const { offsetBytes, endBytes } = request;
  const last = endBytes === undefined ? '' : String(endBytes - 1);
  const range = { Accept: '*/*', Range: `bytes=${String(offsetBytes)}-${last}` };
  const ifRange = ifRangeOf(request);
  return ifRange === undefined ? range : { ...range, 'If-Range': ifRange };
}

interface Receiving {
  request: FileRequest;
  answer: NativeAnswer;
  meaning: Extract<AnswerMeaning, { kind: 'body' }>;
  place: string;
}

/** Resolves with the final size of the file, where it is known now. */
async function receive(
  { request, answer, meaning, place }: Receiving,
  onProgress: (endBytes: number) => void,
): Promise<number | undefined> {
  const { host } = new URL(answer.head.url);
  const { endBytes, totalBytes } = meaning;
  const limitBytes = endBytes ?? Infinity;
  let position = meaning.offsetBytes;
  const file = openAt(request.path, place, position);
  try {
    await answer.read((piece) => {
      if (position + piece.byteLength > limitBytes) throw tooLong(request, limitBytes, host);
      file.write(piece);
      position += piece.byteLength;
      onProgress(position);
    });
  } finally {
    file.close();
  }
  // Even if the connection ended properly, the file may be incomplete.
  if (endBytes !== undefined && position < endBytes) {
    throw new ModelError('NET_INTERRUPTED', { host });
  }
  // Where the size isn't stated, only a body without an end position shows where the file ends.
  const isEnd = request.endBytes === undefined || endBytes === undefined;
  return totalBytes ?? (isEnd ? position : undefined);
}

interface OpenFile {
  write(bytes: Uint8Array): void;
  close(): void;
}

function openAt(path: string, place: string, offsetBytes: number): OpenFile {
  const open = () => {
    makeParent(place);
    const file = fileAt(place);
    if (!file.exists) file.create();
    const handle = file.open(FileMode.ReadWrite);
    handle.offset = offsetBytes;
    return handle;
  };
  const translated = <T>(work: () => T, neededBytes: number): T => {
    try {
      return work();
    } catch (error) {
      throw diskError(error, { path, neededBytes });
    }
  };
  const handle = translated(open, 0);
  return {
    write(bytes) {
      translated(() => {
        handle.writeBytes(bytes);
      }, bytes.byteLength);
    },
    close() {
      handle.close();
    },
  };
}
