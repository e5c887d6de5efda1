/** The answer about a file's terms, whole or for a range of its bytes, in both versions of the protocol. */
import type { ChunkStore, Term, Xorb } from './chunkStore';

interface ByteSpan {
  first: number;
  last: number;
}

export interface Reconstruction {
  offsetIntoFirst: number;
  terms: readonly Term[];
}

/** The terms that have bytes of `span`, each cut to the chunks that have some. */
export function narrowed(
  store: ChunkStore,
  terms: readonly Term[],
  span: ByteSpan,
): Reconstruction {
  let at = 0;
  let offsetIntoFirst: number | undefined;
  const kept: Term[] = [];
  for (const { hash, range } of terms) {
    let term: Term | undefined;
    for (let index = range.start; index < range.end; index += 1) {
      const { unpackedBytes = 0 } = store.xorb(hash)?.chunks[index] ?? {};
      if (at + unpackedBytes > span.first && at <= span.last) {
        offsetIntoFirst ??= span.first - at;
        term ??= { hash, range: { start: index, end: index }, unpackedBytes: 0 };
        term.range.end = index + 1;
        term.unpackedBytes += unpackedBytes;
      }
      at += unpackedBytes;
    }
    if (term) kept.push(term);
  }
  return { offsetIntoFirst: offsetIntoFirst ?? 0, terms: kept };
}

interface ChunkSpan {
  start: number;
  end: number;
}

/** What of each xorb has to be fetched: sorted, and joined where it touches. */
function spansOf(terms: readonly Term[]): Map<string, ChunkSpan[]> {
  const spans = new Map<string, ChunkSpan[]>();
  for (const { hash, range } of terms) spans.set(hash, [...(spans.get(hash) ?? []), { ...range }]);
  for (const [hash, list] of spans) {
    list.sort((one, other) => one.start - other.start);
    const merged: ChunkSpan[] = [];
    for (const span of list) {
      const last = merged.at(-1);
      if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
      else merged.push(span);
    }
    spans.set(hash, merged);
  }
  return spans;
}

/** End-inclusive, as in a Range header. */
function bytesOf({ chunks }: Xorb, { start, end }: ChunkSpan): ChunkSpan {
  const [first, last] = [chunks[start], chunks[end - 1]];
  return {
    start: first?.atBytes ?? 0,
    end: (last?.atBytes ?? 0) + (last?.storedBytes ?? 0) - 1,
  };
}

export type SignXorb = (hash: string, ranges: readonly ChunkSpan[]) => string;

const termText = ({ hash, range, unpackedBytes }: Term) => ({
  ...{ hash, range, unpacked_length: unpackedBytes },
});

export function secondVersion(store: ChunkStore, found: Reconstruction, sign: SignXorb) {
  const xorbs = [...spansOf(found.terms)].map(([hash, spans]) => {
    const ranges = spans.map((chunks) => ({ chunks, bytes: bytesOf(xorbOf(store, hash), chunks) }));
    return [
      hash,
      [
        {
          url: sign(
            hash,
            ranges.map(({ bytes }) => bytes),
          ),
          ranges,
        },
      ],
    ];
  });
  return {
    offset_into_first_range: found.offsetIntoFirst,
    terms: found.terms.map(termText),
    xorbs: Object.fromEntries(xorbs) as unknown,
  };
}

export function firstVersion(store: ChunkStore, found: Reconstruction, sign: SignXorb) {
  const fetches = [...spansOf(found.terms)].map(([hash, spans]) => [
    hash,
    spans.map((range) => {
      const bytes = bytesOf(xorbOf(store, hash), range);
      return { range, url: sign(hash, [bytes]), url_range: bytes };
    }),
  ]);
  return {
    offset_into_first_range: found.offsetIntoFirst,
    terms: found.terms.map(termText),
    fetch_info: Object.fromEntries(fetches) as unknown,
  };
}

function xorbOf(store: ChunkStore, hash: string): Xorb {
  const xorb = store.xorb(hash);
  if (!xorb) throw new Error(`no xorb ${hash}`);
  return xorb;
}
