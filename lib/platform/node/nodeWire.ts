/**
 * One connection to a server, for one HTTP request after the other. Bytes of a body go from the
 * socket straight to where they are wanted: Node's own client allocates a buffer for every 16 KiB,
 * and spends more on collecting those than on all else.
 */
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';

import { createAnswerReader, type BodySink } from './answerReader';
import type { HttpHead } from './httpHead';

/** A body that nobody has read yet. Whoever gets it has to pour or destroy it. */
export interface AnswerBody {
  pour(sink: BodySink): void;
  resume(): void;
  /** Ends the connection, and with it the sink. A body that is complete has neither any more. */
  destroy(): void;
}

export interface WireAnswer {
  head: HttpHead;
  body: AnswerBody;
}

export interface Wire {
  /** Sends a request and reads the head of its answer; one at a time. @throws ModelError HTTP_UNEXPECTED, or what the system says */
  ask(text: string): Promise<WireAnswer>;
  /** Whether nothing came since the last request. */
  isSilent(): boolean;
  /** Whether the process waits for it. */
  setAwaited(isAwaited: boolean): void;
  destroy(): void;
}

export interface WireOptions {
  url: URL;
  secureContext: () => SecureContext;
  /** A body came whole, and another request may follow. */
  onIdle: () => void;
  /** There will be no other request. */
  onGone: () => void;
}

export function createWire(options: WireOptions): Wire {
  const { url, onIdle, onGone } = options;
  let answers = 0;
  const reader = createAnswerReader({
    host: url.host,
    onComplete(isClean) {
      answers += 1;
      if (!isClean) {
        end();
        return;
      }
      // It may have been paused, and has to notice when the server leaves.
      socket.resume();
      onIdle();
    },
  });

  function end(error = new Error('closed')): void {
    socket.destroy();
    reader.fail(error);
    onGone();
  }

  /** Whether more may come: not after something that is no answer. */
  function guarded(read: () => boolean): boolean {
    try {
      return read();
    } catch (error) {
      end(error as Error);
      return false;
    }
  }

  const socket = openSocket(options, {
    buffer: reader.nextRoom,
    callback: (bytes) => guarded(() => reader.received(bytes)),
  });
  const isReady = new Promise<void>((resolve) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', resolve);
  });
  socket.on('error', end);
  socket.on('close', () => {
    end();
  });
  socket.on('end', () => {
    reader.ended();
    onGone();
  });

  function bodyOf(answer: number): AnswerBody {
    // The connection may be somebody else's by then.
    const ifUnderWay = (action: () => void) => {
      if (answer === answers) action();
    };
    return {
      pour(sink) {
        if (guarded(() => reader.pour(sink))) ifUnderWay(() => socket.resume());
      },
      resume() {
        ifUnderWay(() => socket.resume());
      },
      destroy() {
        ifUnderWay(end);
      },
    };
  }

  return {
    async ask(text) {
      // Not a word to somebody whose certificate wasn't looked at.
      void isReady.then(() => socket.write(text));
      const head = await reader.readHead();
      return { head, body: bodyOf(answers) };
    },
    isSilent: reader.isSilent,
    setAwaited(isAwaited) {
      if (isAwaited) socket.ref();
      else socket.unref();
    },
    destroy() {
      end();
    },
  };
}

function openSocket({ url, secureContext }: WireOptions, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tcp = { host, noDelay: true, keepAlive: true, onread };
  if (url.protocol !== 'https:') return connectPlain({ ...tcp, port: Number(url.port || 80) });
  return connectTls({
    ...tcp,
    port: Number(url.port || 443),
    // An address isn't a name, and TLS takes only names here; the certificate is checked either way.
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    secureContext: secureContext(),
  });
}
