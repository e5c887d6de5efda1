/**
 * Reads the part of a GGUF file before the weights: its metadata and the table of its tensors.
 * Parses the format only; the meaning of keys and tensors is interpreted elsewhere.
 *
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { createGgufBytes, GgufDefect, GgufUnfinished, LONGEST_READ_BYTES } from './ggufBytes';
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
  /** Texts that are longer than `LONGEST_TEXT_BYTES` are replaced by an empty text, unless they are kept. */
  metadata: ReadonlyMap<string, GgufEntry>;
  tensors: readonly GgufTensorEntry[];
  /** Where each entry of the metadata begins, in order, and where the last one ends. */
  entryBounds: readonly number[];
  /** Where the table ends. The weights begin at the next multiple of the alignment. */
  endBytes: number;
}

/** The beginning of a table, as far as the file could be read. */
export interface GgufStart extends Omit<GgufTable, 'endBytes' | 'entryBounds'> {
  /** The number of tensors that the head states. */
  tensorCount: number;
  /** Undefined where the table isn't complete. */
  endBytes: number | undefined;
}

const MAGIC = 'GGUF';
const VERSIONS = [2, 3];
const MOST_ENTRIES = 65_536;
const MOST_DIMENSIONS = 4;
const LONGEST_NAME_BYTES = 63;
const LONGEST_TEXT_BYTES = 1_024;
/** The longest published chat templates have some 30 KB. */
export const LONGEST_KEPT_BYTES = 256 * 1024;
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
  const table = draftTable(await readHead(bytes, length.fileBytes));
  await fillTable(bytes, table, NO_TEXT);
  return { ...table, endBytes: bytes.position() };
}

/**
 * Like `readGgufTable`, but returns what was read before GgufUnfinished. `isKept` chooses the keys whose texts are kept
 * up to `LONGEST_KEPT_BYTES`.
 * @throws GgufDefect, GgufUnfinished where not even the head is here, or what `read` throws
 */
export async function readGgufStart(
  read: ReadBytes,
  length: GgufLength,
  isKept: (key: string) => boolean,
): Promise<GgufStart> {
  const bytes = createGgufBytes(read, length);
  const table = draftTable(await readHead(bytes, length.fileBytes));
  try {
    await fillTable(bytes, table, isKept);
    return { ...table, endBytes: bytes.position() };
  } catch (error) {
    if (error instanceof GgufUnfinished) return { ...table, endBytes: undefined };
    throw error;
  }
}

const NO_TEXT = () => false;

interface Draft {
  tensorCount: number;
  entryCount: number;
  metadata: Map<string, GgufEntry>;
  tensors: GgufTensorEntry[];
  entryBounds: number[];
}

const draftTable = (head: Pick<Draft, 'tensorCount' | 'entryCount'>): Draft => ({
  ...head,
  metadata: new Map(),
  tensors: [],
  entryBounds: [],
});

async function fillTable(
  bytes: GgufBytes,
  { tensorCount, entryCount, metadata, tensors, entryBounds }: Draft,
  isKept: (key: string) => boolean,
): Promise<void> {
  for (let index = 0; index < entryCount; index += 1) {
    entryBounds.push(bytes.position());
    const key = await readText(bytes, LONGEST_READ_BYTES);
    if (metadata.has(key)) throw new GgufDefect(`its header states ${quoted(key)} twice`);
    const { entry, skip } = await readValue(bytes, isKept(key));
    metadata.set(key, entry);
    // After the entry was added: of a list that isn't here completely, the length is known.
    await skip?.();
  }
  entryBounds.push(bytes.position());
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index += 1) {
    const tensor = await readTensor(bytes);
    if (names.has(tensor.name)) throw new GgufDefect(`it has ${quoted(tensor.name)} twice`);
    names.add(tensor.name);
    tensors.push(tensor);
  }
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

interface ReadValue {
  entry: GgufEntry;
  /** Moves the position to the end of a long value. */
  skip?: () => Promise<void> | void;
}

async function readValue(bytes: GgufBytes, isKept: boolean): Promise<ReadValue> {
  const kind = await readUint32(bytes);
  if (kind === STRING)
    return readValueText(bytes, isKept ? LONGEST_KEPT_BYTES : LONGEST_TEXT_BYTES);
  if (kind === ARRAY) return readArray(bytes);
  const format = formatOf(kind);
  await bytes.fill(format.bytes);
  return { entry: format.read(bytes.take(format.bytes)) };
}

async function readArray(bytes: GgufBytes): Promise<ReadValue> {
  const kind = await readUint32(bytes);
  await bytes.fill(8);
  const length = bytes.takeUint64();
  const startBytes = bytes.position();
  if (kind === STRING) {
    const entry = { of: 'string' as const, length, numbers: [], startBytes };
    return { entry, skip: () => skipTexts(bytes, length) };
  }
  const format = formatOf(kind);
  if (length > LONGEST_NUMBER_LIST) {
    const skip = () => {
      bytes.skip(length * format.bytes);
    };
    return { entry: { of: 'number', length, numbers: [], startBytes }, skip };
  }
  await bytes.fill(length * format.bytes);
  const numbers = Array.from({ length }, () => Number(format.read(bytes.take(format.bytes))));
  return { entry: { of: 'number', length, numbers, startBytes } };
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

async function readValueText(bytes: GgufBytes, longestBytes: number): Promise<ReadValue> {
  await bytes.fill(8);
  const length = bytes.takeUint64();
  if (length > longestBytes) {
    bytes.skip(length);
    return { entry: '' };
  }
  await bytes.fill(length);
  return { entry: decodeUtf8(bytes.take(length)) };
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

/** UTF-8; bytes that aren't UTF-8 become one character each. The core has no `TextDecoder`. */
function decodeUtf8(view: DataView): string {
  const text = decode(view);
  if (!/[\x80-\xff]/.test(text)) return text;
  const escaped = text.replace(
    /[%\x80-\xff]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  try {
    return decodeURIComponent(escaped);
  } catch {
    // Text of a third party, only to be shown: a wrong character is no reason to refuse the file.
    return text;
  }
}

/** A name from the file, for use in a reason: characters that a terminal or a page could interpret are replaced. */
export function quoted(name: string): string {
  return `“${name.slice(0, LONGEST_NAME_BYTES).replace(/[^\x20-\x7e]/g, '?')}”`;
}
