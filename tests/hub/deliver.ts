/** Sends an answer with the speed and the interruptions of its fault. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { noise } from '../../scripts/demoModel/noise';
import type { Content } from './content';
import type { Fault } from './faults';
import type { Gate } from './gate';
import type { HubLog, LogEntry } from './log';
import type { Reply } from './reply';

export interface Delivery {
  response: ServerResponse;
  reply: Reply;
  fault: Fault;
  method: string;
  /** The rate of file bodies; the rate of a fault takes precedence. */
  bytesPerSecond: number | undefined;
  log: HubLog;
  entry: LogEntry;
  gate: Gate;
}

const CHUNK_BYTES = 64 * 1024;
const PACES_A_SECOND = 20;

/** Settles when the last byte is sent or the connection is closed. Never rejects because the client disconnected. */
export async function deliver(delivery: Delivery): Promise<void> {
  const { response, reply, fault, method, log, entry } = delivery;
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  if (fault.holdHead) await stall(delivery, gone.signal);
  if (gone.signal.aborted) {
    log.update(entry, { state: 'closed' });
    return;
  }
  if (fault.raw !== undefined || fault.dripHead) {
    await sendRaw(delivery, gone.signal);
    return;
  }
  if (fault.closeDelimited) response.useChunkedEncodingByDefault = false;
  response.writeHead(reply.status, reply.headers);
  log.update(entry, { status: reply.status });

  const finished = method === 'HEAD' || !reply.body || (await sendBody(delivery, gone.signal));
  if (!finished) return;
  response.end();
  log.update(entry, { state: 'sent' });
}

const DRIP_MS = 100;

/** Writes to the socket directly, since Node's server library can't produce such an answer. */
async function sendRaw(
  { response, fault, log, entry }: Delivery,
  gone: AbortSignal,
): Promise<void> {
  const { socket } = response;
  if (fault.raw !== undefined) {
    log.update(entry, { state: 'cut' });
    socket?.end(fault.raw);
    return;
  }
  log.update(entry, { state: 'stalled' });
  socket?.write('HTTP/1.1 206 Partial Content\r\nX-Slow: ');
  while (!gone.aborted) {
    socket?.write('x');
    await delay(DRIP_MS, undefined, { signal: gone }).catch(() => undefined);
  }
  log.update(entry, { state: 'closed' });
}

/** Sends the body. The result is whether it was sent to its end. */
async function sendBody(delivery: Delivery, gone: AbortSignal): Promise<boolean> {
  const { response, reply, fault, log, entry } = delivery;
  const { cutAfter, resetAfter, finAfter, brokenChunkAfter, stallAfter, endless } = fault;
  const body = reply.body ? bodyOf(reply.body, endless) : undefined;
  if (!body) return true;
  const early = [cutAfter, resetAfter, finAfter, brokenChunkAfter].filter(isNumber);
  const end = Math.min(body.sizeBytes, ...early);
  const rate = fault.bytesPerSecond ?? (reply.carriesFile ? delivery.bytesPerSecond : undefined);
  const pace = createPace(rate, gone);

  response.flushHeaders();
  for (let sent = 0; sent < end;) {
    if (isSilentAt(sent, fault)) await stall(delivery, gone);
    const most = Math.min(pace.stepBytes, end - sent, untilSilence(sent, fault));
    const bytes = body.read(sent, most);
    await pace.until(sent + bytes.length);
    await write(response, bytes, gone);
    if (gone.aborted) {
      log.update(entry, { state: 'closed' });
      return false;
    }
    sent += bytes.length;
    log.update(entry, { bodyBytesSent: sent });
  }
  if (stallAfter === end) await stall(delivery, gone);
  if (gone.aborted) {
    log.update(entry, { state: 'closed' });
    return false;
  }
  return interrupt(delivery, end);
}

function interrupt({ response, fault, reply, log, entry }: Delivery, sent: number): boolean {
  const { cutAfter, resetAfter, finAfter, brokenChunkAfter } = fault;
  const early = [cutAfter, resetAfter, finAfter, brokenChunkAfter].includes(sent);
  if (!early) return true;
  log.update(entry, { state: 'cut' });
  if (brokenChunkAfter === sent) {
    response.socket?.end('no size\r\n');
    return false;
  }
  if (fault.resetAfter === sent) response.socket?.resetAndDestroy();
  else if (fault.cutAfter === sent) response.destroy();
  else if (reply.headers['content-length'] !== undefined) response.socket?.end();
  else response.end();
  return false;
}

function bodyOf(body: Content, endless: true | undefined): Pick<Content, 'read' | 'sizeBytes'> {
  if (!endless) return body;
  return {
    sizeBytes: Infinity,
    read: (offset, length) =>
      offset < body.sizeBytes
        ? body.read(offset, Math.min(length, body.sizeBytes - offset))
        : noise('endless', length, offset),
  };
}

async function stall({ gate, log, entry }: Delivery, gone: AbortSignal): Promise<void> {
  log.update(entry, { state: 'stalled' });
  await gate.wait(gone);
  log.update(entry, { state: 'open' });
}

// Waits until the bytes have left this process, so that the log never counts bytes that are still in a buffer.
function write(response: ServerResponse, bytes: Uint8Array, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done);
    response.write(bytes, done);
  });
}

function createPace(bytesPerSecond: number | undefined, gone: AbortSignal) {
  if (bytesPerSecond === undefined) {
    return { stepBytes: CHUNK_BYTES, until: () => Promise.resolve() };
  }
  const startMs = performance.now();
  return {
    stepBytes: Math.max(1, Math.min(CHUNK_BYTES, Math.floor(bytesPerSecond / PACES_A_SECOND))),
    async until(sentBytes: number) {
      const dueMs = startMs + (sentBytes / bytesPerSecond) * 1000;
      const waitMs = dueMs - performance.now();
      if (waitMs <= 0) return;
      // A disconnect ends the wait, and the next write notices it.
      await delay(waitMs, undefined, { signal: gone }).catch(() => undefined);
    },
  };
}

function isSilentAt(sent: number, { stallAfter, stallEvery = Infinity }: Fault): boolean {
  return sent === stallAfter || (sent > 0 && sent % stallEvery === 0);
}

function untilSilence(sent: number, { stallAfter = 0, stallEvery = Infinity }: Fault): number {
  const once = stallAfter > sent ? stallAfter - sent : Infinity;
  return Math.min(once, stallEvery - (sent % stallEvery));
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}
