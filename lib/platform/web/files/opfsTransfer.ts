/** Brings the bytes of one answer into one file of the private file system. Runs in a worker. */
import { ModelError } from '../../../errors';
import { readAnswer, tooLong } from '../../../download/answers/readAnswer';
import type { AnswerHead } from '../../../download/answers/answerHead';
import type { AnswerMeaning } from '../../../download/answers/readAnswer';
import { versionsOf } from '../../../download/answers/sourceVersion';
import type { Clock, FileAnswer, FileRequest } from '../../types';
import { nextTurn } from './nextTurn';
import type { OpenFile, OpenFiles } from './openFiles';
import { storageError } from './storageErrors';
import type { Throttle } from './throttle';
import { fetchSafely, startReading } from './webFetch';
import type { BodyReader } from './webFetch';
import type { CallContext } from '../workerCalls';

const REPORT_EVERY_MS = 100;
/** A killed tab may lose what it hasn't told the page. */
const REPORT_EVERY_BYTES = 1024 * 1024;

/** First the answer, then one past the last byte written, now and then. */
export type TransferReport = FileAnswer | number;

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

/** The Downloader port's `fetchFile` as a worker serves it; the contract is the port's. */
export async function transferFile(request: FileRequest, tools: TransferTools): Promise<void> {
  const { openFiles, throttle, context } = tools;
  const { signal } = context;
  const { offsetBytes, endBytes } = request;
  const last = endBytes === undefined ? '' : String(endBytes - 1);
  // With a range from the first byte on, a server doesn't compress, and offsets mean file offsets.
  // No If-Range: many servers refuse the question that a browser has to ask before it sends one.
  const headers = { Range: `bytes=${String(offsetBytes)}-${last}` };
  const response = await fetchSafely(request.url, { headers, signal });
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
    // Of headers that the server lets a page on another origin see; where it hides them, nothing identifies it.
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
  // All of it at once: a full disk shows before the first byte, and no range moves another's.
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

/** Writes what arrives as it arrives, so that a killed tab has lost nothing; tells of each mebibyte, or ten times a second. */
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
      // Late rather than never: after this piece the connection may stall.
      callOff ??= clock.after(REPORT_EVERY_MS, report);
      if (positionBytes - reportedBytes >= REPORT_EVERY_BYTES) {
        report();
        // While a fast server fills every read at once, nobody else gets a turn by itself.
        await nextTurn();
      }
      await throttle.taken(piece.byteLength, context.signal);
    }
  } finally {
    // Also after a failure: the next attempt goes on from the last number told.
    report();
  }
  return positionBytes;
}
