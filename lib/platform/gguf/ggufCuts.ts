/** Where the content of a GGUF file is divided: a changed template or tensor leaves all other parts as they are. */
import { GgufDefect, GgufUnfinished, type ReadBytes } from './ggufBytes';
import { readGgufTable, type GgufTable } from './ggufTable';

/** Shorter entries of the metadata aren't a part of their own: a vocabulary or a template is, a number isn't. */
const LEAST_ENTRY_BYTES = 16 * 1024;
const USUAL_ALIGNMENT = 32;

/**
 * The lengths of a file's parts, in order; together they are the file. The parts are the long entries of the metadata,
 * what is between them, and each tensor with the gap behind it. Of any other file, or a damaged one, the one part is the
 * whole file: this function checks nothing.
 * @throws what `read` throws
 */
export async function ggufPartLengths(read: ReadBytes, fileBytes: number): Promise<number[]> {
  const cuts = await findCuts(read, fileBytes);
  return cuts.map((cut, index) => (cuts[index + 1] ?? fileBytes) - cut);
}

async function findCuts(read: ReadBytes, fileBytes: number): Promise<number[]> {
  const inside = (at: number) => at > 0 && at < fileBytes;
  try {
    const table = await readGgufTable(read, { fileBytes, hereBytes: fileBytes });
    const cuts = new Set([...entryCuts(table), ...tensorCuts(table)].filter(inside));
    return [0, ...[...cuts].sort((one, other) => one - other)];
  } catch (error) {
    if (error instanceof GgufDefect || error instanceof GgufUnfinished) return [0];
    throw error;
  }
}

function entryCuts({ entryBounds }: GgufTable): number[] {
  return entryBounds.flatMap((startBytes, index) => {
    const endBytes = entryBounds[index + 1] ?? startBytes;
    return endBytes - startBytes < LEAST_ENTRY_BYTES ? [] : [startBytes, endBytes];
  });
}

function tensorCuts({ metadata, tensors, endBytes }: GgufTable): number[] {
  const stated = metadata.get('general.alignment');
  const alignment = typeof stated === 'number' && stated >= 1 ? stated : USUAL_ALIGNMENT;
  const startBytes = Math.ceil(endBytes / alignment) * alignment;
  return tensors.map(({ offsetBytes }) => startBytes + offsetBytes).filter(Number.isSafeInteger);
}
