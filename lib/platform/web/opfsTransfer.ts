/** Brings the bytes of one answer into one file of the private file system. Runs in a worker. */
import { ModelError } from '../../errors';
import { readAnswer } from '../../download/readAnswer';
import type { AnswerMeaning } from '../../download/readAnswer';
import type { Clock, FileAnswer, FileRequest } from '../types';
import { openWriter } from './fileWriter';
import type { FileWriter } from './fileWriter';
import { makePlace } from './opfsPaths';
import { storageError } from './storageErrors';
import { fetchSafely, startReading } from './webFetch';
import type { BodyReader } from './webFetch';
import type { CallContext } from './workerCalls';

const REPORT_EVERY_MS = 100;

interface Transfer {
  request: FileRequest;
  response: Response;
  body: BodyReader;
  meaning: AnswerMeaning;
  clock: Clock;
  context: CallContext;
}

/** The Downloader port's `fetchFile` as a worker serves it; the contract is the port's. */
export async function transferFile(
  root: FileSystemDirectoryHandle,
  request: FileRequest,
  tools: { clock: Clock; context: CallContext },
): Promise<FileAnswer> {
  const { signal } = tools.context;
  // With a range from the first byte on, a server doesn't compress, and offsets mean file offsets.
  const headers = { Range: `bytes=${String(request.offsetBytes)}-` };
  const response = await fetchSafely(request.url, { headers, signal });
  const body = startReading(response, signal);
  let writer: FileWriter | undefined;
  try {
    const header = (name: string) => response.headers.get(name) ?? undefined;
    const meaning = readAnswer(request, { status: response.status, url: response.url, header });
    const { path, expectedBytes } = request;
    const place = await makePlace(root, path);
    writer = await openWriter({ place, path, expectedBytes, clock: tools.clock });
    return await receive({ request, response, body, meaning, ...tools }, writer);
  } catch (error) {
    throw storageError(error, request.path);
  } finally {
    await body.cancel();
    // Before the rejection: whoever is told of the end may open the file at once.
    writer?.close();
  }
}

async function receive(transfer: Transfer, writer: FileWriter): Promise<FileAnswer> {
  const { request, response, meaning, context } = transfer;
  const offsetBytes = meaning.kind === 'body' ? meaning.offsetBytes : request.offsetBytes;
  if (writer.sizeBytes < offsetBytes) {
    const reason = `has ${String(writer.sizeBytes)} bytes, not ${String(offsetBytes)}`;
    throw new ModelError('DISK_IO', { path: request.path, reason });
  }
  writer.truncate(offsetBytes);
  context.report(offsetBytes);
  if (meaning.kind === 'complete') return { receivedBytes: offsetBytes };

  const totalBytes = request.expectedBytes ?? meaning.totalBytes;
  const receivedBytes = await writeBody(transfer, writer, { offsetBytes, totalBytes });
  if (totalBytes !== undefined && receivedBytes < totalBytes) {
    throw new ModelError('NET_INTERRUPTED', { host: new URL(response.url).host });
  }
  return { receivedBytes };
}

/** Writes what arrives as it arrives, so that a killed tab has lost nothing; tells of it ten times a second. */
async function writeBody(
  transfer: Transfer,
  writer: FileWriter,
  range: { offsetBytes: number; totalBytes: number | undefined },
): Promise<number> {
  const { request, body, clock, context } = transfer;
  const { totalBytes = Infinity } = range;
  let writtenBytes = range.offsetBytes;
  let reportedAtMs = clock.monotonicMs();
  let callOff: (() => void) | undefined;
  const report = () => {
    callOff?.();
    callOff = undefined;
    reportedAtMs = clock.monotonicMs();
    context.report(writtenBytes);
  };
  try {
    for await (const piece of body.pieces()) {
      const endBytes = writtenBytes + piece.byteLength;
      if (endBytes > totalBytes) throw tooLong(request.path, totalBytes, endBytes);
      writer.write(piece, writtenBytes);
      writtenBytes = endBytes;
      // Late rather than never: after this piece the connection may stall.
      callOff ??= clock.after(REPORT_EVERY_MS, report);
      if (clock.monotonicMs() - reportedAtMs < REPORT_EVERY_MS) continue;
      report();
      await nextTurn(clock);
    }
  } finally {
    // Also after a failure: the next attempt goes on from the last number told.
    report();
  }
  return writtenBytes;
}

function tooLong(path: string, expectedBytes: number, actualBytes: number): ModelError {
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  return new ModelError('LENGTH_MISMATCH', { fileName, expectedBytes, actualBytes });
}

// While a fast server fills every read at once, neither timers nor calls from the page get a turn by themselves.
function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(0, resolve);
  });
}
