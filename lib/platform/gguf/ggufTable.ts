/**
 * Reads the part of a GGUF file before the weights: its metadata and the table of its tensors.
 * Parses the format only; the meaning of keys and tensors is interpreted elsewhere.
 *
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { createGgufBytes, GgufDefect, LONGEST_READ_BYTES } from './ggufBytes';
import type { GgufBytes, GgufLength, ReadBytes } from './ggufBytes';

/** An array's elements are kept only if they are numbers, and only if there are few, such as one per layer. */
export interface GgufArray {
  of: 'number' | 'string';
  length: number;
  numbers: readonly number[];
  /** The offset of its first element, from the start of the file. */
  startBytes: number;
}

export type GgufEntry = number | boolean | string | GgufArray;

export interface GgufTensorEntry {
  name: string;
  /** The fastest-moving dimension first. */
  shape: readonly number[];
  typeId: number;
  /** From the start of the weights. */
  offsetBytes: number;
}

export interface GgufTable {
  /** Long texts that aren't needed here, such as a chat template, are replaced by an empty text. */
  metadata: ReadonlyMap<string, GgufEntry>;
  tensors: readonly GgufTensorEntry[];
  /** Where the table ends. The weights begin at the next multiple of the alignment. */
  endBytes: number;
}

const MAGIC = 'GGUF';
const VERSIONS = [2, 3];
const MOST_ENTRIES = 65_536;
const MOST_DIMENSIONS = 4;
const LONGEST_NAME_BYTES = 63;
const LONGEST_TEXT_BYTES = 1_024;
/** The most layers that llama.cpp supports. */
const LONGEST_NUMBER_LIST = 512;
const STRING = 8;
const ARRAY = 9;

/** How to read each numeric kind of value, by the kind's number in the format. */
const NUMBERS: Readonly<Record<number, { bytes: number; read(view: DataView): number | boolean }>> =
  {
    0: { bytes: 1, read: (view) => view.getUint8(0) },
    1: { bytes: 1, read: (view) => view.getInt8(0) },
    2: { bytes: 2, read: (view) => view.getUint16(0, true) },
    3: { bytes: 2, read: (view) => view.getInt16(0, true) },
    4: { bytes: 4, read: (view) => view.getUint32(0, true) },
    5: { bytes: 4, read: (view) => view.getInt32(0, true) },
    6: { bytes: 4, read: (view) => view.getFloat32(0, true) },
    7: { bytes: 1, read: (view) => view.getUint8(0) !== 0 },
    10: { bytes: 8, read: (view) => Number(view.getBigUint64(0, true)) },
    11: { bytes: 8, read: (view) => Number(view.getBigInt64(0, true)) },
    12: { bytes: 8, read: (view) => view.getFloat64(0, true) },
  };

/** @throws GgufDefect, GgufUnfinished, or what `read` throws */
export async function readGgufTable(read: ReadBytes, length: GgufLength): Promise<GgufTable> {
  const bytes = createGgufBytes(read, length);
  const { tensorCount, entryCount } = await readHead(bytes, length.fileBytes);
  const metadata = new Map<string, GgufEntry>();
  for (let index = 0; index < entryCount; index += 1) {
    const key = await readText(bytes, LONGEST_READ_BYTES);
    if (metadata.has(key)) throw new GgufDefect(`its header states ${quoted(key)} twice`);
    metadata.set(key, await readValue(bytes));
  }
  const tensors: GgufTensorEntry[] = [];
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index += 1) {
    const tensor = await readTensor(bytes);
    if (names.has(tensor.name)) throw new GgufDefect(`it has ${quoted(tensor.name)} twice`);
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return { metadata, tensors, endBytes: bytes.position() };
}

async function readHead(bytes: GgufBytes, fileBytes: number) {
  if (fileBytes === 0) throw new GgufDefect('the file is empty');
  const headBytes = MAGIC.length + 4 + 8 + 8;
  if (fileBytes < headBytes) throw new GgufDefect('it is no GGUF file');
  await bytes.fill(headBytes);
  if (decode(bytes.take(MAGIC.length)) !== MAGIC) throw new GgufDefect('it is no GGUF file');
  const version = bytes.take(4).getUint32(0, true);
  if (!VERSIONS.includes(version)) {
    throw new GgufDefect(`its format is GGUF version ${String(version)}, which isn’t supported`);
  }
  const tensorCount = bytes.takeUint64();
  const entryCount = bytes.takeUint64();
  if (tensorCount > MOST_ENTRIES || entryCount > MOST_ENTRIES) {
    throw new GgufDefect('its header states more entries than any model has');
  }
  return { tensorCount, entryCount };
}

async function readTensor(bytes: GgufBytes): Promise<GgufTensorEntry> {
  const name = await readText(bytes, LONGEST_NAME_BYTES);
  const dimensions = await readUint32(bytes);
  if (dimensions > MOST_DIMENSIONS) throw new GgufDefect(`${quoted(name)} has too many dimensions`);
  await bytes.fill(dimensions * 8 + 4 + 8);
  const shape = Array.from({ length: dimensions }, () => bytes.takeUint64());
  const typeId = bytes.take(4).getUint32(0, true);
  return { name, shape, typeId, offsetBytes: bytes.takeUint64() };
}

async function readValue(bytes: GgufBytes): Promise<GgufEntry> {
  const kind = await readUint32(bytes);
  if (kind === STRING) return readShortText(bytes);
  if (kind === ARRAY) return readArray(bytes);
  const format = formatOf(kind);
  await bytes.fill(format.bytes);
  return format.read(bytes.take(format.bytes));
}

async function readArray(bytes: GgufBytes): Promise<GgufArray> {
  const kind = await readUint32(bytes);
  await bytes.fill(8);
  const length = bytes.takeUint64();
  const startBytes = bytes.position();
  if (kind === STRING) {
    await skipTexts(bytes, length);
    return { of: 'string', length, numbers: [], startBytes };
  }
  const format = formatOf(kind);
  if (length > LONGEST_NUMBER_LIST) {
    bytes.skip(length * format.bytes);
    return { of: 'number', length, numbers: [], startBytes };
  }
  await bytes.fill(length * format.bytes);
  const numbers = Array.from({ length }, () => Number(format.read(bytes.take(format.bytes))));
  return { of: 'number', length, numbers, startBytes };
}

// A vocabulary has hundreds of thousands of texts: to await each one would take longer than to read them all.
async function skipTexts(bytes: GgufBytes, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    if (!bytes.has(8)) await bytes.fill(8);
    bytes.skip(bytes.takeUint64());
  }
}

function formatOf(kind: number) {
  const format = NUMBERS[kind];
  // The format allows arrays of arrays, but no model has them and llama.cpp doesn't read them.
  if (!format) throw new GgufDefect('its header holds a kind of value that isn’t known');
  return format;
}

async function readUint32(bytes: GgufBytes): Promise<number> {
  await bytes.fill(4);
  return bytes.take(4).getUint32(0, true);
}

async function readShortText(bytes: GgufBytes): Promise<string> {
  await bytes.fill(8);
  const length = bytes.takeUint64();
  if (length > LONGEST_TEXT_BYTES) {
    bytes.skip(length);
    return '';
  }
  await bytes.fill(length);
  return decode(bytes.take(length));
}

async function readText(bytes: GgufBytes, longestBytes: number): Promise<string> {
  await bytes.fill(8);
  const length = bytes.takeUint64();
  if (length > longestBytes) throw new GgufDefect('its header holds a name that is too long');
  await bytes.fill(length);
  return decode(bytes.take(length));
}

function decode(view: DataView): string {
  let text = '';
  for (let at = 0; at < view.byteLength; at += 1) text += String.fromCharCode(view.getUint8(at));
  return text;
}

/** A name from the file, for use in a reason: characters that a terminal or a page could interpret are replaced. */
export function quoted(name: string): string {
  return `“${name.slice(0, LONGEST_NAME_BYTES).replace(/[^\x20-\x7e]/g, '?')}”`;
}
