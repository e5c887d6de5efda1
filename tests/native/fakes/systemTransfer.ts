/** One transfer of the system's: a real request into a real file, which goes on when the app is gone. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { dirname, join, relative } from 'node:path';

import { phone } from './phone';

export interface TransferParams {
  id: string;
  url: string;
  destination: string;
  headers: Record<string, string>;
  metadata: object;
  isAllowedOverMetered: boolean;
}

export interface TransferEvents {
  begin(expectedBytes: number, headers: Record<string, string>): void;
  progress(bytesDownloaded: number, bytesTotal: number): void;
  done(bytesDownloaded: number, bytesTotal: number): void;
  error(message: string, errorCode: number): void;
}

export interface SystemTransfer {
  readonly params: TransferParams;
  state: 'running' | 'paused' | 'over';
  bytesDownloaded: number;
  bytesTotal: number;
  pause(): void;
  resume(): void;
  /** Ends it and removes what it brought. */
  stop(): void;
}

const LOST_CONNECTION = -1005;

export function startTransfer(params: TransferParams, events: TransferEvents): SystemTransfer {
  // Relative: the app's container may have moved when it ends.
  const target = relative(phone.documents(), params.destination);
  const finalPath = () => join(phone.documents(), target);
  // Android writes where it was told to; iOS writes elsewhere, and moves the file there in the end.
  const part = () =>
    phone.system === 'android' ? finalPath() : join(phone.documents(), '..', `tmp-${params.id}`);
  let ending: (() => void) | undefined;
  let stopWaiting: (() => void) | undefined;

  const transfer: SystemTransfer = {
    params,
    state: 'running',
    bytesDownloaded: 0,
    bytesTotal: -1,
    pause() {
      halt();
      if (transfer.state === 'running') transfer.state = 'paused';
    },
    resume() {
      if (transfer.state !== 'paused') return;
      transfer.state = 'running';
      begin();
    },
    stop() {
      halt();
      if (transfer.state !== 'over') rmSync(part(), { force: true });
      transfer.state = 'over';
    },
  };

  function halt(): void {
    stopWaiting?.();
    stopWaiting = undefined;
    ending?.();
    ending = undefined;
  }

  function fail(message: string, code: number): void {
    if (transfer.state !== 'running') return;
    halt();
    transfer.state = 'over';
    if (phone.system === 'ios') rmSync(part(), { force: true });
    events.error(message, code);
  }

  function begin(): void {
    if (mayMove(params)) {
      ask(params.url);
      return;
    }
    stopWaiting = phone.onNetwork(() => {
      if (!mayMove(params)) return;
      stopWaiting?.();
      ask(params.url);
    });
  }

  function ask(url: string): void {
    const range = transfer.bytesDownloaded;
    const headers = { ...params.headers, ...(range > 0 && { range: `bytes=${String(range)}-` }) };
    const outgoing = request(url, { headers, agent: false }, (message) => {
      answered(url, message);
    });
    ending = () => outgoing.destroy();
    outgoing.on('error', () => {
      fail('The network connection was lost.', LOST_CONNECTION);
    });
    outgoing.end();
  }

  function answered(url: string, message: IncomingMessage): void {
    const status = message.statusCode ?? 0;
    const { location } = message.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      message.destroy();
      ask(new URL(location, url).href);
      return;
    }
    if (status !== 200 && status !== 206) {
      message.destroy();
      fail(`HTTP error: ${String(status)}`, status);
      return;
    }
    if (status === 200) transfer.bytesDownloaded = 0;
    const length = Number(message.headers['content-length'] ?? NaN);
    transfer.bytesTotal = Number.isNaN(length) ? -1 : transfer.bytesDownloaded + length;
    events.begin(transfer.bytesTotal, {});
    receive(message);
  }

  function receive(message: IncomingMessage): void {
    mkdirSync(dirname(part()), { recursive: true });
    const file = openSync(part(), transfer.bytesDownloaded > 0 ? 'r+' : 'w');
    const end = (finish: () => void) => {
      ending = undefined;
      closeSync(file);
      finish();
    };
    let isOpen = true;
    const once = (finish: () => void) => {
      if (isOpen) end(finish);
      isOpen = false;
    };
    ending = () => {
      once(() => undefined);
      message.destroy();
    };
    message.on('data', (chunk: Buffer) => {
      if (!isOpen) return;
      try {
        phone.take(chunk.byteLength);
        writeSync(file, chunk, 0, chunk.byteLength, transfer.bytesDownloaded);
      } catch {
        message.destroy();
        once(() => {
          fail('The operation couldn’t be completed.', -1);
        });
        return;
      }
      transfer.bytesDownloaded += chunk.byteLength;
      events.progress(transfer.bytesDownloaded, transfer.bytesTotal);
    });
    message.on('end', () => {
      once(finish);
    });
    const lose = () => {
      once(() => {
        fail('The network connection was lost.', LOST_CONNECTION);
      });
    };
    message.on('error', lose);
    message.on('close', lose);
  }

  function finish(): void {
    transfer.state = 'over';
    if (phone.system === 'ios') {
      mkdirSync(dirname(finalPath()), { recursive: true });
      rmSync(finalPath(), { force: true });
      renameSync(part(), finalPath());
    }
    const { size } = statSync(finalPath());
    events.done(size, transfer.bytesTotal);
  }

  begin();
  return transfer;
}

function mayMove({ isAllowedOverMetered }: TransferParams): boolean {
  if (phone.network === 'NONE') return false;
  return phone.network === 'WIFI' || isAllowedOverMetered;
}
