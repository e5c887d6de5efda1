/** Finds the blocks of a new file in files of this device, by their digests. */
import { ggufPartLengths } from '../../platform/gguf/ggufCuts';
import type { FileRanges, StoredRange } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import type { Copy } from './copies';
import { blocksOf, nameOf, type FileIndex } from './fileIndex';

/** Hashed in one step, which can't be called off. */
const STEP_BYTES = 32 * 1024 * 1024;

export interface StoredFile {
  /** In the store. */
  path: string;
  sizeBytes: number;
}

/**
 * Where the blocks of the file that `index` describes lie on this device. Only parts with the length of a new one are
 * read: of another quantization, which has other lengths, next to nothing is.
 * @throws ModelError DISK_IO, AbortError
 */
export async function findBlocks(
  ranges: Pick<FileRanges, 'read' | 'digests'>,
  { index, old }: { index: FileIndex; old: readonly StoredFile[] },
  signal: AbortSignal,
): Promise<Copy[]> {
  const places = new Map<string, Place>();
  for (const { path: from, sizeBytes } of old) {
    const blocks = await candidates(ranges, { path: from, sizeBytes }, index);
    for (const step of stepsOf(blocks)) {
      throwIfAborted(signal);
      const digests = await ranges.digests(from, step);
      for (const [at, range] of step.entries()) {
        places.set(keyOf(range, nameOf(digests[at] ?? '')), { from, startBytes: range.startBytes });
      }
    }
  }
  return copiesFrom(places, index);
}

export interface Place {
  from: string;
  startBytes: number;
}

/** The copies that bring the blocks of the new file, which lie at these places by `keyOf`. */
export function copiesFrom(places: ReadonlyMap<string, Place>, index: FileIndex): Copy[] {
  const copies: Copy[] = [];
  let block = 0;
  for (const { startBytes: toBytes, endBytes } of blocksOf(index.parts, index.blockBytes)) {
    const range = { startBytes: toBytes, endBytes };
    const place = places.get(keyOf(range, index.names[block] ?? ''));
    block += 1;
    if (place) copies.push({ ...place, endBytes: place.startBytes + endBytes - toBytes, toBytes });
  }
  return copies;
}

async function candidates(
  ranges: Pick<FileRanges, 'read'>,
  { path, sizeBytes }: StoredFile,
  { parts, blockBytes }: FileIndex,
): Promise<StoredRange[]> {
  const read = (startBytes: number, lengthBytes: number) =>
    ranges.read(path, { startBytes, endBytes: startBytes + lengthBytes });
  const lengths = await ggufPartLengths(read, sizeBytes);
  const wanted = new Set(parts);
  return [...blocksOf(lengths, blockBytes)]
    .filter(({ part }) => wanted.has(lengths[part] ?? 0))
    .map(({ startBytes, endBytes }) => ({ startBytes, endBytes }));
}

/** Blocks of different lengths are different, whatever their names. */
export const keyOf = ({ startBytes, endBytes }: StoredRange, name: string) =>
  `${String(endBytes - startBytes)} ${name}`;

function* stepsOf(blocks: readonly StoredRange[]): Generator<StoredRange[]> {
  let step: StoredRange[] = [];
  let stepBytes = 0;
  for (const block of blocks) {
    step.push(block);
    stepBytes += block.endBytes - block.startBytes;
    if (stepBytes < STEP_BYTES) continue;
    yield step;
    [step, stepBytes] = [[], 0];
  }
  if (step.length > 0) yield step;
}
