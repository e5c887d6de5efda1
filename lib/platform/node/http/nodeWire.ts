/**
 * One connection to a server, for one HTTP request after the other. The socket writes the bytes of a body
 * directly into the buffer of the reader. Node's own client allocates a buffer for every 16 KiB,
 * and spends more time on their garbage collection than on everything else.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';

import { createAnswerReader, type BodySink } from './answerReader';
import type { HttpHead } from './httpHead';

/** An unread body. The receiver has to pour or destroy it. */
export interface AnswerBody {
  pour(sink: BodySink): void;
  resume(): void;
  /** Ends the connection, and with it the sink. Does nothing once the body is complete. */
  destroy(): void;
}

export interface WireAnswer {
  head: HttpHead;
  body: AnswerBody;
}

export interface Wire {
  /**
   * Sends a request and reads the head of its answer; one at a time.
   * @throws ModelError HTTP_UNEXPECTED, or the system's error
   */
  ask(text: string): Promise<WireAnswer>;
  /** Whether no byte has arrived since the last request. */
  isSilent(): boolean;
  /** Whether the connection keeps the process alive. */
  setAwaited(isAwaited: boolean): void;
  destroy(): void;
}

/** How to reach a server. */
export interface Route {
  /** The host to connect to: the server, or a forwarding proxy. */
  peer: URL;
  /** An open connection to the peer through a proxy. */
  tunnel?: Socket;
}

export interface WireOptions {
  url: URL;
  route: Route;
  secureContext: () => SecureContext;
  /** A body is complete, and another request may follow. */
  onIdle: () => void;
  /** The connection takes no more requests. */
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
      // The socket may be paused, and would then not notice that the server closes the connection.
      socket.resume();
      onIdle();
    },
  });

  function end(error = new Error('closed')): void {
    socket.destroy();
    reader.fail(error);
    onGone();
  }

  /** Whether more bytes may be read. False after bytes that aren't a valid answer: these end the connection. */
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
    socket.once(options.route.peer.protocol === 'https:' ? 'secureConnect' : 'connect', resolve);
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
    // The connection may already serve another request by then.
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
      // Nothing is sent before the server's certificate is checked.
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

interface Reading {
  /** The buffer for the next bytes. */
  buffer: () => Buffer;
  /** Called with the number of bytes written there. False pauses reading. */
  callback: (bytes: number) => boolean;
}

function openSocket({ route, secureContext }: WireOptions, onread: Reading): Socket {
  const { peer, tunnel } = route;
  const host = peer.hostname.replace(/^\[|\]$/g, '');
  const tcp = { host, noDelay: true, keepAlive: true, onread };
  if (peer.protocol !== 'https:') return connectPlain({ ...tcp, port: Number(peer.port || 80) });
  const socket = connectTls({
    ...tcp,
    ...(tunnel && { socket: tunnel }),
    port: Number(peer.port || 443),
    // TLS allows only names here, no IP addresses; the certificate is checked either way.
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    secureContext: secureContext(),
  });
  // For a connection that is already open, Node ignores `onread`.
  if (tunnel) readByEvents(socket, onread);
  return socket;
}

function readByEvents(socket: Socket, { buffer, callback }: Reading): void {
  socket.on('data', (bytes: Buffer) => {
    let isWanted = true;
    for (let at = 0; at < bytes.length && !socket.destroyed;) {
      const copiedBytes = bytes.copy(buffer(), 0, at);
      isWanted = callback(copiedBytes);
      at += copiedBytes;
    }
    if (!isWanted) socket.pause();
  });
}
