/**
 * The hub's files as xet stores them: chunks, each stored once, in xorbs. Stands in for the service's own writer. The
 * digests are others than the service's, which no client compares.
 */
import { createHash } from 'node:crypto';

import type { Content } from '../content';
import { gearChunks } from './gearChunks';

export interface Term {
  /** The xorb's hash. */
  hash: string;
  /** The chunks from `start` to before `end`. */
  range: { start: number; end: number };
  unpackedBytes: number;
}

export interface XorbChunk {
  /** Where its header begins in the xorb. */
  atBytes: number;
  storedBytes: number;
  unpackedBytes: number;
}

export interface Xorb {
  bytes: Uint8Array;
  chunks: readonly XorbChunk[];
}

export interface ChunkStore {
  /** The terms of a file, which is stored at the first call. Chunks of files that were stored before are theirs. */
  termsOf(content: Content): readonly Term[];
  xorb(hash: string): Xorb | undefined;
}

export interface ChunkStoreOptions {
  /** 64 MiB on the real hub; less, so that a small file has several. */
  mostXorbBytes: number;
}

interface Place {
  hash: string;
  index: number;
  unpackedBytes: number;
}

interface Piece {
  key: string;
  bytes: Uint8Array;
}

export function createChunkStore({ mostXorbBytes }: ChunkStoreOptions): ChunkStore {
  const places = new Map<string, Place>();
  const xorbs = new Map<string, Xorb>();
  const files = new Map<string, readonly Term[]>();

  function close(pieces: readonly Piece[]): void {
    if (pieces.length === 0) return;
    const hash = sha256(pieces.map(({ key }) => key).join(' '));
    xorbs.set(hash, packed(pieces));
    for (const [index, { key, bytes }] of pieces.entries()) {
      places.set(key, { hash, index, unpackedBytes: bytes.length });
    }
  }

  function store(pieces: readonly Piece[]): Term[] {
    const fresh = new Map<string, Piece>();
    let freshBytes = 0;
    for (const piece of pieces) {
      if (places.has(piece.key) || fresh.has(piece.key)) continue;
      fresh.set(piece.key, piece);
      freshBytes += piece.bytes.length;
      if (freshBytes < mostXorbBytes) continue;
      close([...fresh.values()]);
      fresh.clear();
      freshBytes = 0;
    }
    close([...fresh.values()]);
    return joined(pieces.flatMap(({ key }) => places.get(key) ?? []));
  }

  return {
    termsOf(content) {
      const id = content.digest('sha256');
      const terms = files.get(id) ?? store(piecesOf(content));
      files.set(id, terms);
      return terms;
    },
    xorb: (hash) => xorbs.get(hash),
  };
}

function piecesOf(content: Content): Piece[] {
  return Array.from(gearChunks(content), (bytes) => ({ key: sha256(bytes), bytes }));
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Chunks that follow each other in one xorb are one term. */
function joined(places: readonly Place[]): Term[] {
  const terms: Term[] = [];
  for (const { hash, index, unpackedBytes } of places) {
    const last = terms.at(-1);
    if (last?.hash === hash && last.range.end === index) {
      last.range.end += 1;
      last.unpackedBytes += unpackedBytes;
    } else terms.push({ hash, range: { start: index, end: index + 1 }, unpackedBytes });
  }
  return terms;
}

const NONE = 0;
const LZ4 = 1;

/** Each second chunk is an LZ4 frame, so that clients meet both. */
function packed(pieces: readonly Piece[]): Xorb {
  const parts: Uint8Array[] = [];
  const chunks: XorbChunk[] = [];
  let atBytes = 0;
  for (const [index, { bytes }] of pieces.entries()) {
    const body = index % 2 === NONE ? bytes : lz4Frame(bytes);
    const header = Buffer.alloc(8);
    header.writeUIntLE(body.length, 1, 3);
    header.writeUInt8(index % 2 === NONE ? NONE : LZ4, 4);
    header.writeUIntLE(bytes.length, 5, 3);
    parts.push(header, body);
    chunks.push({ atBytes, storedBytes: body.length + 8, unpackedBytes: bytes.length });
    atBytes += body.length + 8;
  }
  return { bytes: Buffer.concat(parts), chunks };
}

/** A frame may hold its blocks as they are: the highest bit of a block's length says so. */
function lz4Frame(bytes: Uint8Array): Uint8Array {
  // Version 1, independent blocks of at most 4 MiB; the last byte is the checksum of the two before it.
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE((bytes.length | 0x8000_0000) >>> 0);
  return Buffer.concat([head, length, bytes, Buffer.alloc(4)]);
}
