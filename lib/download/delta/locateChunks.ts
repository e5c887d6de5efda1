/**
 * Finds the places of chunks inside of a term. Where a part was changed between two other changes, its chunks begin and end
 * where no term of the old file does; the service tells which chunk has a given byte.
 */
import { commonChunks, copyOf, type TermPair } from './compareTerms';

/** The chunk that has a byte of the old file. */
export interface FoundChunk {
  /** The xorb's hash. */
  hash: string;
  index: number;
  /** The place of its first byte in the file. */
  startBytes: number;
  lengthBytes: number;
}

export type AskChunk = (atBytes: number) => Promise<FoundChunk | undefined>;

/** Each takes a round trip, so all of them take a few seconds at most. */
const MOST_QUESTIONS = 96;
const MOST_FOR_ONE = 8;
/** Fewer chunks aren't worth the questions: some 4 MiB. */
const LEAST_CHUNKS = 64;

/** Asks about the longest parts first, and states what it learns to the pairs' rulers. @throws what `ask` throws */
export async function locateChunks(pairs: readonly TermPair[], ask: AskChunk): Promise<void> {
  let questions = MOST_QUESTIONS;
  const unknown = pairs
    .filter((pair) => copyOf(pair) === undefined && commonChunks(pair).count >= LEAST_CHUNKS)
    .sort((one, other) => commonChunks(other).count - commonChunks(one).count);
  const asking: AskChunk = (atBytes) => {
    questions -= 1;
    return ask(atBytes);
  };
  for (const pair of unknown) {
    const { start, end } = commonChunks(pair);
    // The second place mostly follows from the first one, by the length of the new term.
    for (const chunk of [start, end]) {
      if (questions < MOST_FOR_ONE) return;
      if (copyOf(pair) === undefined) await locate(pair, chunk, asking);
    }
  }
}

interface Anchor {
  chunk: number;
  /** From the start of the term. */
  bytes: number;
}

/** Narrows the chunk's place down between two known ones, as if all chunks between them were equally long. */
async function locate({ source, ruler }: TermPair, chunk: number, ask: AskChunk): Promise<void> {
  const { hash, range, atBytes, lengthBytes } = source;
  let below: Anchor = { chunk: range.start, bytes: 0 };
  let above: Anchor = { chunk: range.end, bytes: lengthBytes };
  for (let asked = 0; asked < MOST_FOR_ONE; asked += 1) {
    if (ruler.between(range.start, chunk) !== undefined) return;
    const share = (chunk - below.chunk) / (above.chunk - below.chunk);
    const guess = Math.floor(below.bytes + share * (above.bytes - below.bytes));
    const found = await ask(atBytes + Math.min(guess, lengthBytes - 1));
    const ends = found?.hash === hash ? endsOf(found, atBytes) : undefined;
    // An answer that contradicts what is known helps no further.
    if (!ends || !isBetween(ends, below, above)) return;
    const [first, next] = ends;
    for (const anchor of ends) ruler.state(range.start, anchor.chunk, anchor.bytes);
    if (first.chunk < chunk) below = next;
    else above = first;
  }
}

function endsOf({ index, startBytes, lengthBytes }: FoundChunk, atBytes: number): [Anchor, Anchor] {
  const bytes = startBytes - atBytes;
  return [
    { chunk: index, bytes },
    { chunk: index + 1, bytes: bytes + lengthBytes },
  ];
}

function isBetween(
  [first, next]: readonly [Anchor, Anchor],
  below: Anchor,
  above: Anchor,
): boolean {
  const isIn = ({ chunk, bytes }: Anchor) =>
    chunk >= below.chunk && chunk <= above.chunk && bytes >= below.bytes && bytes <= above.bytes;
  return isIn(first) && isIn(next);
}
