/** What the hub’s lists of chunks tell of two files, by the chunks of both: as if both were stored there, the old one first. */
import { copyOf, pairUp, type Term } from '../../../lib/download/delta/compareTerms';
import { targetOf, usefulCopies } from '../../../lib/download/delta/copies';
import { locateChunks } from '../../../lib/download/delta/locateChunks';
import { sumBytes } from '../../../lib/download/journal/byteRanges';
import type { Piece } from './methods';

/** Of the real service. */
const MOST_XORB_BYTES = 64 * 1024 * 1024;

export interface ByTerms {
  /** The bytes of the new file that have to be fetched. */
  missingBytes: number;
  /** About places inside of xorbs. */
  questions: number;
}

export async function missingByTerms(
  old: readonly Piece[],
  wanted: readonly Piece[],
): Promise<ByTerms> {
  const places = new Map<string, { hash: string; index: number }>();
  const xorb = { count: 0, chunks: 0, bytes: 0 };
  const store = (pieces: readonly Piece[]) => {
    // A file begins a xorb of its own.
    Object.assign(xorb, { count: xorb.count + 1, chunks: 0, bytes: 0 });
    for (const { name, lengthBytes } of pieces) {
      if (places.has(name)) continue;
      if (xorb.bytes + lengthBytes > MOST_XORB_BYTES) {
        Object.assign(xorb, { count: xorb.count + 1, chunks: 0, bytes: 0 });
      }
      places.set(name, { hash: String(xorb.count), index: xorb.chunks });
      xorb.chunks += 1;
      xorb.bytes += lengthBytes;
    }
    return termsOf(pieces, places);
  };
  const pairs = pairUp(store(old), store(wanted));
  let questions = 0;
  await locateChunks(pairs, (atBytes) => {
    questions += 1;
    return Promise.resolve(chunkAt(old, places, atBytes));
  });
  const copies = pairs.flatMap((pair) => {
    const copy = copyOf(pair);
    return copy ? [{ from: 'old', ...copy }] : [];
  });
  const totalBytes = wanted.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const reused = sumBytes(usefulCopies(copies, { landed: [], totalBytes }).map(targetOf));
  return { missingBytes: totalBytes - reused, questions };
}

type Places = ReadonlyMap<string, { hash: string; index: number }>;

function chunkAt(pieces: readonly Piece[], places: Places, atBytes: number) {
  let startBytes = 0;
  for (const { name, lengthBytes } of pieces) {
    const place = places.get(name);
    if (place && atBytes < startBytes + lengthBytes) return { ...place, startBytes, lengthBytes };
    startBytes += lengthBytes;
  }
  return undefined;
}

function termsOf(pieces: readonly Piece[], places: Places): Term[] {
  const terms: Term[] = [];
  for (const { name, lengthBytes } of pieces) {
    const { hash = '', index = 0 } = places.get(name) ?? {};
    const last = terms.at(-1);
    if (last?.hash === hash && last.range.end === index) {
      last.range.end += 1;
      last.lengthBytes += lengthBytes;
    } else terms.push({ hash, range: { start: index, end: index + 1 }, lengthBytes });
  }
  return terms;
}
