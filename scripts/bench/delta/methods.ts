/** Ways to know the parts of a file again: each divides a file into pieces and names every piece by its content. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { createChunker, finalize, nextBlock } from '@huggingface/xetchunk-wasm';

import { ggufPartLengths } from '../../../lib/platform/gguf/ggufCuts';

export interface Piece {
  lengthBytes: number;
  /** The beginning of its digest, as an index would state it. */
  name: string;
}

export const METHODS = ['chunks', 'tensors', 'blocks', 'both'] as const;
export type Method = (typeof METHODS)[number];

export const METHOD_WORDS: Readonly<Record<Method, string>> = {
  chunks: 'content-defined chunks, mean 64 KiB (xetchunk-wasm)',
  tensors: 'a digest of each tensor',
  blocks: 'digests of blocks of 1 MiB, counted from the start of each tensor',
  both: 'content-defined chunks, begun anew at each tensor',
};

const READ_BYTES = 1024 * 1024;
const NAME_BYTES = 8;

/** Reads the file once, in pieces of a mebibyte. */
export async function piecesOf(path: string, method: Method): Promise<Piece[]> {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const read = (at: number, length: number) => {
      const bytes = Buffer.alloc(length);
      return Promise.resolve(bytes.subarray(0, readSync(fd, bytes, 0, length, at)));
    };
    const parts = method === 'chunks' ? [size] : await ggufPartLengths(read, size);
    const pieces: Piece[] = [];
    let at = 0;
    for (const lengthBytes of parts) {
      const part = { fd, at, lengthBytes };
      if (method === 'chunks' || method === 'both') pieces.push(...chunk(part));
      else pieces.push(...digest(part, method === 'blocks' ? READ_BYTES : lengthBytes));
      at += lengthBytes;
    }
    return pieces;
  } finally {
    closeSync(fd);
  }
}

interface Part {
  fd: number;
  at: number;
  lengthBytes: number;
}

const buffer = Buffer.allocUnsafe(READ_BYTES);

function* readAll({ fd, at, lengthBytes }: Part): Generator<Buffer> {
  for (let done = 0; done < lengthBytes;) {
    const got = readSync(fd, buffer, 0, Math.min(READ_BYTES, lengthBytes - done), at + done);
    if (got === 0) throw new Error('the file became shorter');
    done += got;
    yield buffer.subarray(0, got);
  }
}

function chunk(part: Part): Piece[] {
  const chunker = createChunker();
  const found = [];
  for (const bytes of readAll(part)) found.push(...nextBlock(chunker, bytes));
  const last = finalize(chunker);
  if (last) found.push(last);
  return found.map(({ hash, length }) => ({ lengthBytes: length, name: named(hash) }));
}

function digest(part: Part, blockBytes: number): Piece[] {
  const pieces: Piece[] = [];
  for (let done = 0; done < part.lengthBytes; done += blockBytes) {
    const lengthBytes = Math.min(blockBytes, part.lengthBytes - done);
    const hash = createHash('sha256');
    for (const bytes of readAll({ fd: part.fd, at: part.at + done, lengthBytes }))
      hash.update(bytes);
    pieces.push({ lengthBytes, name: named(hash.digest()) });
  }
  return pieces;
}

const named = (hash: Uint8Array) => Buffer.from(hash.subarray(0, NAME_BYTES)).toString('base64');
