/** Which bytes of two files are the same chunks of the same xorbs, by the lists of their terms. Pure. */
import type { RangeCopy } from '../../platform/types';
import { createRuler, type Ruler } from './ruler';

/** Chunks of a xorb that are bytes of a file; a file is its terms, in order. */
export interface Term {
  /** The xorb's hash. */
  hash: string;
  /** The chunks from `start` to before `end`. */
  range: { start: number; end: number };
  lengthBytes: number;
}

export interface PlacedTerm extends Term {
  /** In its file. */
  atBytes: number;
}

/** Two terms that have chunks of a xorb in common. */
export interface TermPair {
  /** Of the old file. */
  source: PlacedTerm;
  target: PlacedTerm;
  /** Distances between chunks of that xorb, by their numbers. */
  ruler: Ruler;
}

/** No real file needs so many, and more would take seconds. */
const MOST_PAIRS = 1_000_000;

/** In the order of the new file. */
export function pairUp(old: readonly Term[], wanted: readonly Term[]): TermPair[] {
  const [here, there] = [placed(old), placed(wanted)];
  const rulers = new Map<string, Ruler>();
  for (const { hash, range, lengthBytes } of [...here, ...there]) {
    const ruler = rulers.get(hash) ?? createRuler();
    rulers.set(hash, ruler);
    ruler.state(range.start, range.end, lengthBytes);
  }
  const byXorb = new Map<string, PlacedTerm[]>();
  for (const term of here) {
    const inXorb = byXorb.get(term.hash) ?? [];
    inXorb.push(term);
    byXorb.set(term.hash, inXorb);
  }
  const pairs: TermPair[] = [];
  let looked = 0;
  for (const target of there) {
    const ruler = rulers.get(target.hash);
    for (const source of byXorb.get(target.hash) ?? []) {
      looked += 1;
      if (looked > MOST_PAIRS) return pairs;
      if (ruler && commonChunks({ source, target }).count > 0)
        pairs.push({ source, target, ruler });
    }
  }
  return pairs;
}

function placed(terms: readonly Term[]): PlacedTerm[] {
  let atBytes = 0;
  return terms.map((term) => {
    atBytes += term.lengthBytes;
    return { ...term, atBytes: atBytes - term.lengthBytes };
  });
}

export function commonChunks({ source, target }: Pick<TermPair, 'source' | 'target'>) {
  const start = Math.max(source.range.start, target.range.start);
  const end = Math.min(source.range.end, target.range.end);
  return { start, end, count: Math.max(0, end - start) };
}

/**
 * The copy that brings the common chunks of a pair; undefined where their places in the two terms don't follow from what
 * is known of the xorb.
 */
export function copyOf(pair: TermPair): RangeCopy | undefined {
  const { source, target, ruler } = pair;
  const { start, end } = commonChunks(pair);
  const lengthBytes = ruler.between(start, end);
  const inSource = ruler.between(source.range.start, start);
  const inTarget = ruler.between(target.range.start, start);
  if (lengthBytes === undefined || inSource === undefined || inTarget === undefined)
    return undefined;
  // Lists that contradict each other could lead out of the terms.
  const isInside = (term: PlacedTerm, before: number) =>
    lengthBytes > 0 && before >= 0 && before + lengthBytes <= term.lengthBytes;
  if (!isInside(source, inSource) || !isInside(target, inTarget)) return undefined;
  const startBytes = source.atBytes + inSource;
  return { startBytes, endBytes: startBytes + lengthBytes, toBytes: target.atBytes + inTarget };
}
