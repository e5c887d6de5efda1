/** Whether the files of one import are one file, or all parts of a split model, by their names and headers. Pure. */
import { shardFacts } from '../../platform/gguf/ggufParts';
import type { GgufTable } from '../../platform/gguf/ggufTable';
import { shardName, siblingName } from '../../platform/gguf/shardNames';
import type { PickedFile } from '../../platform/types';
import { refusal } from './refusal';

/** A file of an import whose header was read. */
export interface ReadFile {
  file: PickedFile;
  table: GgufTable;
}

/**
 * The files in the order of the model. `looksBeside`: whether the host has looked for the parts that aren’t given.
 * @throws ModelError IMPORT_REFUSED
 */
export function orderParts<T extends ReadFile>(files: readonly T[], looksBeside: boolean): T[] {
  const [first] = files;
  if (
    first === undefined ||
    (files.length === 1 && shardFacts(first.table.metadata) === undefined)
  ) {
    return [...files];
  }
  const { stem, count } = placeOf(first);
  const byIndex = new Map<number, T>();
  for (const part of files) {
    const place = placeOf(part);
    const { name } = part.file;
    if (place.stem !== stem || place.count !== count) {
      throw refusal(name, 'mixed', `“${first.file.name}” is a part of another model`);
    }
    if (byIndex.has(place.index)) throw refusal(name, 'mixed', `two files are ${partWords(place)}`);
    byIndex.set(place.index, part);
  }
  const indexes = Array.from({ length: count }, (_, index) => index);
  const missing = indexes.filter((index) => !byIndex.has(index));
  if (missing.length > 0) throw incomplete(first.file.name, { missing, count, looksBeside });
  return indexes.flatMap((index) => byIndex.get(index) ?? []);
}

interface Place {
  stem: string;
  index: number;
  count: number;
}

/** Which part a file is. llama.cpp goes by the header, and finds the others by the name. */
function placeOf({ file: { name }, table }: ReadFile): Place {
  const stated = shardFacts(table.metadata);
  if (stated === undefined) throw refusal(name, 'mixed', 'it is no part of a split model');
  const named = shardName(name);
  if (named === undefined) {
    const reason = `it is ${partWords(stated)} of a model, and has no name by which the others are found, such as model-00001-of-00003.gguf`;
    throw refusal(name, 'part', reason);
  }
  if (named.index !== stated.index || named.count !== stated.count) {
    const reason = `its name says ${partWords(named)}, and its header ${partWords(stated)}`;
    throw refusal(name, 'mixed', reason);
  }
  return named;
}

function partWords({ index, count }: Pick<Place, 'index' | 'count'>): string {
  return `part ${String(index + 1)} of ${String(count)}`;
}

/** More are counted, and not named. */
const MOST_NAMED = 3;

function incomplete(
  fileName: string,
  { missing, count, looksBeside }: { missing: number[]; count: number; looksBeside: boolean },
) {
  const numbers = missing.map((index) => String(index + 1));
  const last = numbers.at(-1) ?? '';
  const which =
    missing.length === 1
      ? `part ${last} of ${String(count)} is missing`
      : missing.length > MOST_NAMED
        ? `${String(missing.length)} of ${String(count)} parts are missing`
        : `parts ${numbers.slice(0, -1).join(', ')} and ${last} of ${String(count)} are missing`;
  const advice = looksBeside
    ? `there is no “${siblingName(fileName, missing[0] ?? 0)}” beside it`
    : 'choose all parts together, because only files that were chosen can be read here';
  return refusal(fileName, 'incomplete', `${which}: ${advice}`);
}
