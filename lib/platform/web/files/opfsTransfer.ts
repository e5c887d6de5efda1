/** Writes the bytes of one answer into one file of the private file system. Runs in a worker. */
import { ModelError } from '../../../errors';
import { readAnswer, tooLong } from '../../../download/answers/readAnswer';
import type { AnswerHead } from '../../../download/answers/answerHead';
import type { AnswerMeaning } from '../../../download/answers/readAnswer';
import { versionsOf } from '../../../download/answers/sourceVersion';
import type { Clock, FileAnswer, FileRequest } from '../../types';
import { nextTurn } from './nextTurn';
import type { OpenFile, OpenFiles } from './openFiles';
import { storageError } from './storageErrors';
import type { Throttle } from '../throttle';
import { fetchSignedIn, startReading } from './webFetch';
import type { BodyReader } from './webFetch';
import type { CallContext } from '../workerCalls';

const REPORT_EVERY_MS = 100;
/** If the tab is killed, the bytes since the last report may be lost. */
const REPORT_EVERY_BYTES = 1024 * 1024;

/**
 * First the answer, then repeatedly the position after the last byte written. `token-refused` before that, when the hub
 * refused the token and was asked once more without it.
 */
export type TransferReport = FileAnswer | number | 'token-refused';

/** A request, and the token to send with it; undefined for none. */
export interface SignedFileRequest extends FileRequest {
  token: string | undefined;
}

export interface TransferTools {
  openFiles: OpenFiles;
  clock: Clock;
  throttle: Throttle;
  /** Ranges of an address that are worth fetching at once. */
  maxConnections: (url: string) => number;
  context: CallContext<TransferReport>;
}

interface Transfer extends TransferTools {
  request: FileRequest;
  head: AnswerHead;
  body: BodyReader;
}

/** Implements `fetchFile` of the Downloader port, as a worker serves it; see the port for the contract. */
export async function transferFile(
  { token, ...request }: SignedFileRequest,
  tools: TransferTools,
): Promise<void> {
  const { openFiles, throttle, context } = tools;
  const { signal } = context;
  const { offsetBytes, endBytes } = request;
  const last = endBytes === undefined ? '' : String(endBytes - 1);
  // Given even for a whole file: a server doesn't compress a range, so that offsets are offsets in the file.
  // No If-Range: it requires a CORS preflight request, which many servers refuse.
  const headers = { Range: `bytes=${String(offsetBytes)}-${last}` };
  const onRefused = () => {
    context.report('token-refused');
  };
  const signIn = { token, onRefused };
  const response = await fetchSignedIn(request.url, { headers, signal }, signIn);
  const body = startReading(response, { signal, pieceBytes: throttle.pieceBytes });
  try {
    const header = (name: string) => response.headers.get(name) ?? undefined;
    const head = { status: response.status, url: response.url, header };
    const meaning = readAnswer(request, head);
    await openFiles.withFile(request.path, (file) =>
      receive({ ...tools, request, head, body }, meaning, file),
    );
  } catch (error) {
    throw storageError(error, request.path);
  } finally {
    await body.cancel();
  }
}

async function receive(transfer: Transfer, meaning: AnswerMeaning, file: OpenFile): Promise<void> {
  const { request, head, context } = transfer;
  const { url } = head;
  const { totalBytes } = meaning;
  const about = {
    totalBytes,
    url,
    // Read from headers that the server exposes to other origins; if it hides them, the version is unknown.
    versions: versionsOf(head),
    maxConnections: transfer.maxConnections(url),
    isHandedOver: false,
  };
  if (meaning.kind === 'complete') {
    file.resize(Math.min(file.sizeBytes, meaning.totalBytes));
    const { offsetBytes } = request;
    context.report({ ...about, offsetBytes, endBytes: offsetBytes });
    return;
  }
  // The whole size is reserved at once: a full disk is noticed before the first byte, and ranges don't resize the file.
  if (totalBytes !== undefined) file.resize(totalBytes);
  const { offsetBytes, endBytes } = meaning;
  context.report({ ...about, offsetBytes, endBytes });
  const positionBytes = await writeBody(transfer, file, { offsetBytes, endBytes });
  if (endBytes !== undefined && positionBytes < endBytes) {
    throw new ModelError('NET_INTERRUPTED', { host: new URL(url).host });
  }
  const isToTheEnd = endBytes === undefined || request.endBytes === undefined;
  if (totalBytes === undefined && isToTheEnd) file.resize(positionBytes);
}

/**
 * Writes each piece when it arrives, so that a killed tab loses nothing; reports each mebibyte, or ten times a second.
 */
async function writeBody(
  transfer: Transfer,
  file: OpenFile,
  range: { offsetBytes: number; endBytes: number | undefined },
): Promise<number> {
  const { request, head, body, clock, throttle, context } = transfer;
  const { endBytes = Infinity } = range;
  let positionBytes = range.offsetBytes;
  let reportedBytes = positionBytes;
  let callOff: (() => void) | undefined;
  const report = () => {
    callOff?.();
    callOff = undefined;
    if (positionBytes === reportedBytes) return;
    reportedBytes = positionBytes;
    context.report(positionBytes);
  };
  try {
    for await (const piece of body.pieces()) {
      if (positionBytes + piece.byteLength > endBytes) {
        throw tooLong(request, endBytes, new URL(head.url).host);
      }
      file.write(piece, positionBytes);
      positionBytes += piece.byteLength;
      // Reports this piece even if the connection stalls after it.
      callOff ??= clock.after(REPORT_EVERY_MS, report);
      if (positionBytes - reportedBytes >= REPORT_EVERY_BYTES) {
        report();
        // A fast server completes every read at once, so that other work of this worker would never run.
        await nextTurn();
      }
      await throttle.taken(piece.byteLength, context.signal);
    }
  } finally {
    // Also after a failure: the next attempt continues from the last reported number.
    report();
  }
  return positionBytes;
}
