/**
 * The index of a file, by which a device with an earlier version finds out which bytes it has already: the lengths of the
 * file's parts, and the beginning of a digest for each block of a part. Pure. An index is never trusted: at worst it makes a
 * device copy wrong bytes, which the digest of the whole file reveals.
 */
import * as v from 'valibot';

import type { StoredRange } from '../../platform/types';
import { parseJson } from '../plan/plan';

export interface FileIndex {
  sizeBytes: number;
  /** Of each block but the last of a part. */
  blockBytes: number;
  /** The lengths of the parts, in order; together they are the file. */
  parts: readonly number[];
  /** The name of each block, in order: `nameOf` its digest. */
  names: readonly string[];
}

/** Longer indexes aren't read. That of a file of 1 GiB has some 20 KB. */
export const MOST_INDEX_BYTES = 4 * 1024 * 1024;
export const BLOCK_BYTES = 1024 * 1024;
const MOST_PARTS = 100_000;
const NAME_LETTERS = 16;

/** A block's name is short, because the digest of the whole file decides. */
export const nameOf = (sha256: string): string => sha256.slice(0, NAME_LETTERS);

/** The blocks of a file with these parts, in order. */
export function* blocksOf(
  parts: readonly number[],
  blockBytes: number,
): Generator<StoredRange & { part: number }> {
  let partBytes = 0;
  for (const [part, lengthBytes] of parts.entries()) {
    const endOfPart = partBytes + lengthBytes;
    for (let startBytes = partBytes; startBytes < endOfPart; startBytes += blockBytes) {
      yield { part, startBytes, endBytes: Math.min(startBytes + blockBytes, endOfPart) };
    }
    partBytes = endOfPart;
  }
}

const lengthOf = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

const indexSchema = v.pipe(
  v.object({
    version: v.literal(1),
    sizeBytes: lengthOf(1, Number.MAX_SAFE_INTEGER),
    blockBytes: lengthOf(64 * 1024, 64 * 1024 * 1024),
    parts: v.pipe(
      v.array(lengthOf(1, Number.MAX_SAFE_INTEGER)),
      v.minLength(1),
      v.maxLength(MOST_PARTS),
    ),
    names: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/)),
  }),
  // By numbers alone, before a list is made: its length would be what the index states.
  v.check(({ parts, sizeBytes }) => parts.reduce((sum, each) => sum + each, 0) === sizeBytes),
  v.check(({ parts, blockBytes, names }) => {
    const blocks = parts.reduce((sum, each) => sum + Math.ceil(each / blockBytes), 0);
    return names.length === blocks * NAME_LETTERS;
  }),
);

export function formatIndex({ names, ...index }: FileIndex): string {
  return `${JSON.stringify({ version: 1, ...index, names: names.join('') })}\n`;
}

/** The index in a text, or undefined when it is none of a file of that size. */
export function parseIndex(text: string, sizeBytes: number): FileIndex | undefined {
  const parsed = v.safeParse(indexSchema, parseJson(text));
  if (!parsed.success || parsed.output.sizeBytes !== sizeBytes) return undefined;
  const { parts, blockBytes, names } = parsed.output;
  const split = Array.from({ length: names.length / NAME_LETTERS }, (_, at) =>
    names.slice(at * NAME_LETTERS, (at + 1) * NAME_LETTERS),
  );
  return { sizeBytes, blockBytes, parts, names: split };
}
