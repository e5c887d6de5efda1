/**
 * One transfer of the system's: a real request into a real file. On iOS it goes on when the app is gone, and four at a
 * time have a connection. On Android it is a job that runs in the app's process: it dies with it, and is run again in the
 * next one from what the package remembers, which is nothing of a job that had begun.
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { dirname, join, relative } from 'node:path';

import { phone } from './phone';

export interface TransferParams {
  id: string;
  url: string;
  destination: string;
  headers: Record<string, string>;
  metadata: object;
  /** Android asks once, iOS whenever something moves. */
  isAllowedOverMetered: () => boolean;
}

export interface TransferEvents {
  begin(expectedBytes: number, headers: Record<string, string>): void;
  progress(bytesDownloaded: number, bytesTotal: number): void;
  done(bytesDownloaded: number, bytesTotal: number): void;
  error(message: string, errorCode: number): void;
}

const LOST_CONNECTION = -1005;
/** Connections that iOS makes to a host. */
const MOST_AT_ONCE = 4;
const connected = new Set<SystemTransfer>();
const queue = new Set<() => void>();

function startNext(): void {
  const [start] = queue;
  start?.();
}

export class SystemTransfer {
  readonly params: TransferParams;
  state: 'running' | 'paused' | 'over' = 'running';
  /** By the system's count, which begins with what it was asked for. */
  bytesDownloaded = 0;
  bytesTotal = -1;
  readonly #events: TransferEvents;
  /** Relative: the app's container may have moved when it ends. */
  readonly #target: string;
  /** What the package has on the disk: where Android's job goes on from, and with which headers. Until the job begins. */
  remembered: { bytes: number; headers: Record<string, string> } | undefined;
  /** What the job was scheduled with. */
  #jobStartBytes = 0;
  #headers: Record<string, string>;
  #ending: (() => void) | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(params: TransferParams, events: TransferEvents) {
    this.params = params;
    this.#events = events;
    this.#headers = params.headers;
    this.#target = relative(phone.documents(), params.destination);
    if (phone.system === 'android') rmSync(this.#final(), { force: true });
    this.#scheduleFrom(0);
    this.#begin();
  }

  pause(): void {
    this.#halt();
    if (this.state === 'running') this.state = 'paused';
  }

  /** Whether there is anything to go on from: iOS has nothing of what it had not begun to bring. */
  isResumable(): boolean {
    return phone.system === 'android' || this.bytesDownloaded > 0;
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    // Android schedules another job, from where the file ends.
    if (phone.system === 'android') this.#scheduleFrom(this.fileBytes());
    this.#begin();
  }

  /** Android stops the job, as when its network goes, and runs it again in the same process: from where it had come to. */
  stopAndRunAgain(): void {
    if (this.state !== 'running') return;
    this.#halt();
    this.#begin();
  }

  /** The app's process died, and Android's job with it. */
  die(): void {
    this.#halt();
  }

  /** In a new process: without its headers where nothing is remembered, and from the byte that it was scheduled with. */
  runAgain(): void {
    const { bytes, headers } = this.remembered ?? { bytes: this.#jobStartBytes, headers: {} };
    this.#headers = headers;
    this.bytesDownloaded = bytes;
    if (bytes === 0) rmSync(this.#final(), { force: true });
    this.#begin();
  }

  /** Bytes come so slowly that the package doesn't tell of them. */
  trickle(): void {
    if (connected.has(this)) this.bytesDownloaded += 1;
  }

  /** What lies where it writes. */
  fileBytes(): number {
    return statSync(this.#part(), { throwIfNoEntry: false })?.size ?? 0;
  }

  #scheduleFrom(bytes: number): void {
    this.#jobStartBytes = bytes;
    this.bytesDownloaded = bytes;
    this.#headers = this.params.headers;
    this.remembered = { bytes, headers: this.#headers };
  }

  /** Ends it and removes what it brought. */
  stop(): void {
    this.#halt();
    if (this.state !== 'over') rmSync(this.#part(), { force: true });
    this.state = 'over';
  }

  #final(): string {
    return join(phone.documents(), this.#target);
  }

  /** Android writes where it was told to; iOS writes elsewhere, and moves the file there in the end. */
  #part(): string {
    if (phone.system === 'android') return this.#final();
    return join(phone.documents(), '..', `tmp-${this.params.id}`);
  }

  #halt(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#ending?.();
    this.#ending = undefined;
    this.#disconnect();
  }

  #disconnect(): void {
    if (connected.delete(this)) startNext();
  }

  #fail(message: string, code: number): void {
    if (this.state !== 'running') return;
    this.#halt();
    this.state = 'over';
    if (phone.system === 'ios') rmSync(this.#part(), { force: true });
    this.#events.error(message, code);
  }

  #begin(): void {
    const start = () => {
      const isFull = phone.system === 'ios' && connected.size >= MOST_AT_ONCE;
      if (!mayMove(this.params) || isFull) return;
      this.#stopWaiting?.();
      this.#stopWaiting = undefined;
      this.remembered = undefined;
      connected.add(this);
      this.#ask(this.params.url);
    };
    const stopListening = phone.onNetworkForSystem(start);
    queue.add(start);
    this.#stopWaiting = () => {
      stopListening();
      queue.delete(start);
    };
    start();
  }

  #ask(url: string): void {
    const headers = { ...this.#headers, ...this.#rangeToGoOn() };
    const outgoing = request(url, { headers, agent: false }, (message) => {
      this.#answered(url, message);
    });
    this.#ending = () => outgoing.destroy();
    outgoing.on('error', () => {
      this.#fail('The network connection was lost.', LOST_CONNECTION);
    });
    outgoing.end();
  }

  /** Over the range that was asked for. Android takes its own count for the place in the file; iOS knows where that began. */
  #rangeToGoOn(): Record<string, string> {
    const count = this.bytesDownloaded;
    if (count === 0) return {};
    const { Range: asked = 'bytes=0-' } = this.#headers;
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(asked) ?? [];
    const isApple = phone.system === 'ios';
    const from = count + (isApple ? Number(first) : 0);
    return { Range: `bytes=${String(from)}-${isApple ? last : ''}` };
  }

  #answered(url: string, message: IncomingMessage): void {
    const status = message.statusCode ?? 0;
    const { location } = message.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      message.destroy();
      this.#ask(new URL(location, url).href);
      return;
    }
    if (status !== 200 && status !== 206) {
      message.destroy();
      this.#fail(`HTTP error: ${String(status)}`, status);
      return;
    }
    if (status === 200) this.bytesDownloaded = 0;
    const length = Number(message.headers['content-length'] ?? NaN);
    this.bytesTotal = Number.isNaN(length) ? -1 : this.bytesDownloaded + length;
    // Of what is gone on with no head is told.
    if (this.bytesDownloaded === 0) this.#events.begin(this.bytesTotal, headersOf(message));
    this.#receive(message);
  }

  #receive(message: IncomingMessage): void {
    this.#ending = pour(message, this.#part(), {
      from: this.bytesDownloaded,
      onBytes: (bytes) => {
        this.bytesDownloaded += bytes;
        this.#events.progress(this.bytesDownloaded, this.bytesTotal);
      },
      onEnd: (failure) => {
        this.#ending = undefined;
        if (failure === undefined) this.#finish();
        else this.#fail(failure.message, failure.code);
      },
    });
  }

  #finish(): void {
    this.state = 'over';
    this.#disconnect();
    if (phone.system === 'ios') {
      mkdirSync(dirname(this.#final()), { recursive: true });
      rmSync(this.#final(), { force: true });
      renameSync(this.#part(), this.#final());
    }
    this.#events.done(statSync(this.#final()).size, this.bytesTotal);
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : [],
  );
  return Object.fromEntries(pairs) as Record<string, string>;
}

interface Pouring {
  from: number;
  onBytes: (bytes: number) => void;
  /** Once, unless it was called off before. */
  onEnd: (failure?: { message: string; code: number }) => void;
}

/** Writes a body into a file; returns the way to call it off. */
function pour(message: IncomingMessage, path: string, { from, onBytes, onEnd }: Pouring) {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, from > 0 ? constants.O_RDWR | constants.O_CREAT : 'w');
  // Android goes on at the end of the file, wherever that is.
  let position = from > 0 && phone.system === 'android' ? fstatSync(file).size : from;
  let isOpen = true;
  const once = (finish: () => void) => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(file);
    message.destroy();
    finish();
  };
  const lose = () => {
    once(() => {
      onEnd({ message: 'The network connection was lost.', code: LOST_CONNECTION });
    });
  };
  message.on('data', (chunk: Buffer) => {
    if (!isOpen) return;
    try {
      phone.take(chunk.byteLength);
      writeSync(file, chunk, 0, chunk.byteLength, position);
    } catch {
      once(() => {
        onEnd({ message: 'The operation couldn’t be completed.', code: -1 });
      });
      return;
    }
    position += chunk.byteLength;
    onBytes(chunk.byteLength);
  });
  message.on('end', () => {
    once(onEnd);
  });
  message.on('error', lose);
  message.on('close', lose);
  return () => {
    once(() => undefined);
  };
}

function mayMove({ isAllowedOverMetered }: TransferParams): boolean {
  if (phone.network === 'NONE') return false;
  return (phone.network === 'WIFI' && !phone.isWifiMetered) || isAllowedOverMetered();
}
