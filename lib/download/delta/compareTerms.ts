/** Which bytes of two files are the same chunks of the same xorbs, by the lists of their terms alone. Pure. */
import type { Copy } from './copies';
import { createRuler, type Ruler } from './ruler';

/** Chunks of a xorb that are bytes of a file; a file is its terms, in order. */
export interface Term {
  /** The xorb's hash. */
  hash: string;
  /** The chunks from `start` to before `end`. */
  range: { start: number; end: number };
  lengthBytes: number;
}

interface Placed extends Term {
  /** In its file. */
  atBytes: number;
}

/** No real file needs so many, and more would take seconds. */
const MOST_PAIRS = 1_000_000;

/**
 * The copies by which bytes of the file at `from` become bytes of the new file. Of terms that overlap, the places of their
 * common chunks follow from terms that begin or end there; where they don't follow, nothing is copied.
 */
export function compareTerms(from: string, old: readonly Term[], wanted: readonly Term[]): Copy[] {
  const [here, there] = [placed(old), placed(wanted)];
  const rulers = measured([...here, ...there]);
  const byXorb = new Map<string, Placed[]>();
  for (const term of here) byXorb.set(term.hash, [...(byXorb.get(term.hash) ?? []), term]);
  const copies: Copy[] = [];
  let pairs = 0;
  for (const target of there) {
    for (const source of byXorb.get(target.hash) ?? []) {
      pairs += 1;
      if (pairs > MOST_PAIRS) return copies;
      const ruler = rulers.get(target.hash);
      const copy = ruler && commonBytes(ruler, source, target);
      if (copy) copies.push({ from, ...copy });
    }
  }
  return copies;
}

function placed(terms: readonly Term[]): Placed[] {
  let atBytes = 0;
  return terms.map((term) => {
    atBytes += term.lengthBytes;
    return { ...term, atBytes: atBytes - term.lengthBytes };
  });
}

function measured(terms: readonly Term[]): Map<string, Ruler> {
  const rulers = new Map<string, Ruler>();
  for (const { hash, range, lengthBytes } of terms) {
    const ruler = rulers.get(hash) ?? createRuler();
    rulers.set(hash, ruler);
    ruler.state(range.start, range.end, lengthBytes);
  }
  return rulers;
}

function commonBytes(ruler: Ruler, source: Placed, target: Placed): Omit<Copy, 'from'> | undefined {
  const start = Math.max(source.range.start, target.range.start);
  const end = Math.min(source.range.end, target.range.end);
  if (start >= end) return undefined;
  const lengthBytes = ruler.between(start, end);
  const inSource = ruler.between(source.range.start, start);
  const inTarget = ruler.between(target.range.start, start);
  if (lengthBytes === undefined || inSource === undefined || inTarget === undefined)
    return undefined;
  // Lists that contradict each other could lead out of the terms.
  const isInside = (term: Placed, before: number) =>
    lengthBytes > 0 && before >= 0 && before + lengthBytes <= term.lengthBytes;
  if (!isInside(source, inSource) || !isInside(target, inTarget)) return undefined;
  const startBytes = source.atBytes + inSource;
  return { startBytes, endBytes: startBytes + lengthBytes, toBytes: target.atBytes + inTarget };
}
