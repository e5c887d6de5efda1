/** Decides which bytes after a head are its body: by a length, in chunks, or all until the connection ends. Pure. */
import { malformed, type BodyFraming } from './httpHead';

// For a chunk's size with its extensions, and for each trailer.
const MAX_LINE_BYTES = 1024;
const MAX_TRAILERS = 64;

export interface BodyFrame {
  /** The number of following bytes that certainly belong to the body, and needn't pass through `read`. */
  aheadBytes(): number;
  /** Call with the number of those bytes that have arrived. */
  took(bytes: number): void;
  /**
   * The first part of the body within `bytes`, which may be empty, and the number of bytes up to its end.
   * @throws ModelError HTTP_UNEXPECTED
   */
  read(bytes: Buffer): { body: Buffer; usedBytes: number };
  isEnd(): boolean;
  /** Whether the body ends where the connection ends. */
  readonly endsWithConnection: boolean;
}

export function createBodyFrame(framing: BodyFraming, host: string): BodyFrame {
  switch (framing.kind) {
    case 'length':
      return createPlainFrame(framing.sizeBytes);
    case 'close':
      return createPlainFrame(Infinity);
    case 'chunked':
      return createChunkFrame(host);
  }
}

function createPlainFrame(sizeBytes: number): BodyFrame {
  let leftBytes = sizeBytes;
  return {
    aheadBytes: () => leftBytes,
    took(bytes) {
      leftBytes -= bytes;
    },
    read(bytes) {
      const body = bytes.subarray(0, Math.min(leftBytes, bytes.length));
      leftBytes -= body.length;
      return { body, usedBytes: body.length };
    },
    isEnd: () => leftBytes === 0,
    endsWithConnection: sizeBytes === Infinity,
  };
}

type ChunkPlace = 'size' | 'data' | 'behind data' | 'trailers' | 'end';

function createChunkFrame(host: string): BodyFrame {
  let place: ChunkPlace = 'size';
  let leftBytes = 0;
  let line = '';
  let trailers = 0;

  function took(bytes: number): void {
    leftBytes -= bytes;
    if (leftBytes === 0) place = 'behind data';
  }

  function readSize(text: string): void {
    const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(text)?.[1];
    if (size === undefined) throw malformed(host, 'the size of a chunk');
    leftBytes = Number.parseInt(size, 16);
    place = leftBytes === 0 ? 'trailers' : 'data';
  }

  function readLine(text: string): void {
    if (place === 'size') {
      readSize(text);
    } else if (place === 'trailers') {
      trailers += 1;
      if (text === '') place = 'end';
      else if (trailers > MAX_TRAILERS) throw malformed(host, 'too many trailers');
    } else {
      if (text !== '') throw malformed(host, 'a chunk longer than its size');
      place = 'size';
    }
  }

  function readByte(byte: number): void {
    line += String.fromCharCode(byte);
    if (line.length > MAX_LINE_BYTES) throw malformed(host, 'the size of a chunk');
    if (byte !== 0x0a) return;
    if (!line.endsWith('\r\n')) throw malformed(host, 'the end of a line');
    const text = line.slice(0, -2);
    line = '';
    readLine(text);
  }

  return {
    aheadBytes: () => leftBytes,
    took,
    read(bytes) {
      let at = 0;
      while (at < bytes.length && place !== 'data' && place !== 'end') {
        readByte(bytes.readUInt8(at));
        at += 1;
      }
      const body = bytes.subarray(at, at + Math.min(leftBytes, bytes.length - at));
      if (body.length > 0) took(body.length);
      return { body, usedBytes: at + body.length };
    },
    isEnd: () => place === 'end',
    endsWithConnection: false,
  };
}
