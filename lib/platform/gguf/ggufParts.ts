/** What the header of a file states about the other files of its model: those of a split, or the model of a projector. Pure. */
import { GgufDefect } from './ggufBytes';
import type { GgufEntry, GgufTable } from './ggufTable';

/** One file of a split model (`gguf-split` of llama.cpp). */
export interface GgufShard {
  /** From 0. */
  index: number;
  count: number;
  /** Of all files together; undefined where this file doesn't state it. */
  tensorCount: number | undefined;
}

/** What a header states about a split; undefined for a model in one file. */
export function shardFacts(metadata: ReadonlyMap<string, GgufEntry>): GgufShard | undefined {
  const number = (key: string) => {
    const entry = metadata.get(key);
    return typeof entry === 'number' && Number.isInteger(entry) && entry >= 0 ? entry : undefined;
  };
  const count = number('split.count') ?? 1;
  if (count < 2) return undefined;
  return { index: number('split.no') ?? 0, count, tensorCount: number('split.tensors.count') };
}

/** @throws GgufDefect for the part of a model that llama.cpp's converter writes for pictures */
export function refuseProjector(metadata: ReadonlyMap<string, GgufEntry>): void {
  const isProjector =
    metadata.get('general.architecture') === 'clip' || metadata.get('general.type') === 'mmproj';
  if (!isProjector) return;
  const reason = 'it is the part of a model that sees pictures, and no model by itself';
  throw new GgufDefect(reason, 'part');
}

/** The parts of a model in their order, as one: the first has the metadata. @throws GgufDefect for parts of several models */
export function joinParts(parts: readonly GgufTable[]): Pick<GgufTable, 'metadata' | 'tensors'> {
  const tensors = parts.flatMap((part) => part.tensors);
  if (tensors.length === 0) throw new GgufDefect('it holds no weights');
  const joined = { metadata: parts[0]?.metadata ?? new Map<string, GgufEntry>(), tensors };
  if (parts.length === 1) return joined;
  const stated = parts.map(({ metadata }) => shardFacts(metadata)?.tensorCount);
  if (stated.some((count) => count !== tensors.length)) {
    const reason = 'its parts are of different models: they state different numbers of tensors';
    throw new GgufDefect(reason, 'mixed');
  }
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length) {
    throw new GgufDefect('its parts are of different models: two have the same tensor', 'mixed');
  }
  return joined;
}
