/**
 * Writes GGUF version 3: metadata, a table of tensors, then their data. Knows the format
 * and nothing of what a key or a tensor means.
 *
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

type NumberType = 'uint16' | 'uint32' | 'int32' | 'float32';

export type GgufValue =
  | { type: NumberType; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'array'; of: 'int32' | 'float32'; value: readonly number[] }
  | { type: 'array'; of: 'string'; value: readonly string[] };

export interface GgufTensor {
  name: string;
  /** The fastest-moving dimension first: `[columns, rows]`. */
  shape: readonly number[];
  type: 'F32' | 'F16' | 'Q8_0';
  /** The elements, little-endian, or blocks of them. */
  data: Uint8Array;
}

export interface GgufFile {
  metadata: ReadonlyMap<string, GgufValue>;
  tensors: readonly GgufTensor[];
}

const ALIGNMENT = 32;
const VALUE_TYPE = {
  uint16: 2,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
} as const;
const TENSOR_TYPE = { F32: 0, F16: 1, Q8_0: 8 } as const;

/** The file's bytes; the same for the same input. */
export function writeGguf({ metadata, tensors }: GgufFile): Uint8Array {
  const data = tensors.flatMap((tensor) => [tensor.data, gap(tensor.data.length)]);
  return new Uint8Array(Buffer.concat([writeHeader({ metadata, tensors }), ...data]));
}

/** A tensor whose data is written elsewhere. */
export type GgufTensorShape = Omit<GgufTensor, 'data'> & { data: { length: number } };

/** Everything before the data, with the gap that aligns it. After the data of each tensor comes `gapAfter` its length. */
export function writeHeader({
  metadata,
  tensors,
}: Pick<GgufFile, 'metadata'> & { tensors: readonly GgufTensorShape[] }): Uint8Array {
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    number('uint32', 3),
    uint64(tensors.length),
    uint64(metadata.size),
    ...[...metadata].flatMap(([key, value]) => [string(key), ...entry(value)]),
    ...tensorTable(tensors),
  ]);
  return Buffer.concat([header, gap(header.length)]);
}

/** Offsets count from the start of the data, not of the file. */
function tensorTable(tensors: readonly GgufTensorShape[]): Uint8Array[] {
  let offset = 0;
  return tensors.flatMap(({ name, shape, type, data }) => {
    const row = [
      string(name),
      number('uint32', shape.length),
      ...shape.map(uint64),
      number('uint32', TENSOR_TYPE[type]),
      uint64(offset),
    ];
    offset += data.length + gap(data.length).length;
    return row;
  });
}

function entry(value: GgufValue): Uint8Array[] {
  return [number('uint32', VALUE_TYPE[value.type]), ...payload(value)];
}

function payload(value: GgufValue): Uint8Array[] {
  switch (value.type) {
    case 'array':
      return [
        number('uint32', VALUE_TYPE[value.of]),
        uint64(value.value.length),
        ...(value.of === 'string'
          ? value.value.map(string)
          : value.value.map((item) => number(value.of, item))),
      ];
    case 'bool':
      return [Uint8Array.of(value.value ? 1 : 0)];
    case 'string':
      return [string(value.value)];
    default:
      return [number(value.type, value.value)];
  }
}

function number(type: NumberType, value: number): Uint8Array {
  const bytes = Buffer.alloc(type === 'uint16' ? 2 : 4);
  if (type === 'uint16') bytes.writeUInt16LE(value);
  if (type === 'uint32') bytes.writeUInt32LE(value);
  if (type === 'int32') bytes.writeInt32LE(value);
  if (type === 'float32') bytes.writeFloatLE(value);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function string(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function gap(lengthBytes: number): Uint8Array {
  return new Uint8Array(gapAfter(lengthBytes));
}

export function gapAfter(lengthBytes: number): number {
  return (ALIGNMENT - (lengthBytes % ALIGNMENT)) % ALIGNMENT;
}
