/**
 * One connection to a server, for one HTTP request after the other. Bytes of a body go from the
 * socket straight to where they are wanted: Node's own client allocates a buffer for every 16 KiB,
 * and spends more on collecting those than on all else.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
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

/** The way to a server. */
export interface Route {
  /** Whom the connection is made to: the server, or a proxy that forwards. */
  peer: URL;
  /** A connection to the peer that leads through a proxy. */
  tunnel?: Socket;
}

export interface WireOptions {
  url: URL;
  route: Route;
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

interface Reading {
  /** Where the next bytes have to go. */
  buffer: () => Buffer;
  /** So many lie there. False: no more for now. */
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
    // An address isn't a name, and TLS takes only names here; the certificate is checked either way.
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    secureContext: secureContext(),
  });
  // Over a connection that is there already, Node takes no notice of `onread`.
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
