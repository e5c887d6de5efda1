/**
 * Checks a GGUF file's header before an engine opens the file: llama.cpp aborts its process for some unusable files.
 */
import { describe, ModelError } from '../../errors';
import { GgufDefect, GgufUnfinished } from './ggufBytes';
import type { ReadBytes } from './ggufBytes';
import { joinParts, refuseProjector, shardFacts, type GgufShard } from './ggufParts';
import { quoted, readGgufTable } from './ggufTable';
import type { GgufEntry, GgufTable, GgufTensorEntry } from './ggufTable';
import { shardNamesProblem } from './shardNames';

export interface GgufFile {
  /** Only for the failure. */
  path: string;
  sizeBytes: number;
  /** How many bytes are here so far, from the start; by default all of them. */
  hereBytes?: number;
  read: ReadBytes;
}

export interface GgufFacts {
  architecture: string;
  /** The longest conversation that the model was trained for. */
  contextTokens: number;
  /** The offset of the vocabulary's texts, from the start of the file. */
  tokensStartBytes: number;
}

/**
 * Checks the weights of a model: one file, or all parts of a split model in their order. Reads at most 64 MiB of each, in
 * pieces, and keeps no long values in memory. The engine may still refuse files that pass: this only looks for defects
 * that are known to end the process, or that can be explained better here.
 *
 * @throws ModelError LOAD_FAILED with the file and its defect; GgufUnfinished where more of a file has to be here first
 */
export async function checkGguf(...files: readonly [GgufFile, ...GgufFile[]]): Promise<GgufFacts> {
  const parts: GgufTable[] = [];
  for (const [index, file] of files.entries()) {
    parts.push(
      await explained(file, async () => {
        const table = await checkedTable(file);
        checkPart(table, { index, names: files.map(({ path }) => path) });
        return table;
      }),
    );
  }
  return explained(files[0], () => checkMetadata(joinParts(parts)));
}

/**
 * Joins the checked parts of one model, in their order: the first has the metadata, and each its tensors. One file is
 * joined as it is. @throws GgufDefect where they don't belong together or are no model
 */
export function joinModel(parts: readonly GgufTable[]): Pick<GgufTable, 'metadata' | 'tensors'> {
  const joined = joinParts(parts);
  checkMetadata(joined);
  return joined;
}

/**
 * Checks one file while or after it arrives, without the others of its build, which has `parts` weights files, by default
 * as many as the file states: a part of a split model by the rules for parts, a projector without those for models.
 * Resolves with what it read.
 *
 * @throws as `checkGguf`
 */
export async function checkGgufFile(
  file: GgufFile,
  { role, parts }: { role: 'weights' | 'projector'; parts?: number },
): Promise<GgufTable> {
  return explained(file, async () => {
    const table = await checkedTable(file);
    if (role === 'projector') return table;
    const { metadata } = table;
    refuseProjector(metadata);
    const shard = shardFacts(metadata);
    if (parts !== undefined) checkCount(shard, parts);
    if (shard === undefined) checkMetadata(table);
    return table;
  });
}

async function explained<T>({ path }: GgufFile, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    if (cause instanceof GgufUnfinished) throw cause;
    const reason = cause instanceof GgufDefect ? cause.message : describe(cause);
    throw new ModelError('LOAD_FAILED', { path, reason }, { cause });
  }
}

async function checkedTable({ sizeBytes, hereBytes = sizeBytes, read }: GgufFile) {
  const table = await readGgufTable(read, { fileBytes: sizeBytes, hereBytes });
  checkTensors(table, sizeBytes);
  return table;
}

function checkPart({ metadata }: GgufTable, { index, names }: { index: number; names: string[] }) {
  const shard = shardFacts(metadata);
  checkCount(shard, names.length);
  if (shard === undefined) return;
  const order = (at: number) => `part ${String(at + 1)}`;
  if (shard.index !== index) {
    throw new GgufDefect(`it is ${order(shard.index)} in the place of ${order(index)}`);
  }
  const problem = shardNamesProblem(names.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  if (problem !== undefined) throw new GgufDefect('its parts aren’t named as llama.cpp names them');
}

/** Whether a file belongs to a model of so many files. */
function checkCount(shard: GgufShard | undefined, parts: number): void {
  if ((shard?.count ?? 1) === parts) return;
  if (shard === undefined) throw new GgufDefect('it is no part of a split model');
  if (parts === 1) {
    throw new GgufDefect('it is one part of a model that was split into several files', 'part');
  }
  const counts = `${String(shard.count)} parts, not ${String(parts)}`;
  throw new GgufDefect(`it belongs to a model of ${counts}`);
}

/** The block of each tensor type, by the type's number in ggml: how many numbers it packs into how many bytes. */
const BLOCKS: Readonly<Record<number, readonly [numbers: number, bytes: number]>> = {
  ...{ 0: [1, 4], 1: [1, 2], 30: [1, 2], 28: [1, 8] },
  ...{ 24: [1, 1], 25: [1, 2], 26: [1, 4], 27: [1, 8] },
  ...{ 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 36] },
  ...{ 10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176], 14: [256, 210] },
  ...{ 15: [256, 292], 16: [256, 66], 17: [256, 74], 18: [256, 98], 19: [256, 50] },
  ...{ 20: [32, 18], 21: [256, 110], 22: [256, 82], 23: [256, 136], 29: [256, 56] },
  ...{ 34: [256, 54], 35: [256, 66], 39: [32, 17], 40: [64, 36], 41: [128, 18] },
};

/** Types that ggml has removed; their numbers aren't used again. */
const GIVEN_UP = [4, 5, 31, 32, 33, 36, 37, 38];

/** A type up to this number that isn't in the table may be known to a newer engine, so that it passes the check. */
const LAST_PLAUSIBLE_TYPE = 127;

const USUAL_ALIGNMENT = 32;

function checkTensors({ metadata, tensors, endBytes }: GgufTable, fileBytes: number): void {
  // The first part of a split model may hold the metadata alone.
  if (tensors.length === 0 && shardFacts(metadata) === undefined) {
    throw new GgufDefect('it holds no weights');
  }
  const alignment = metadata.get('general.alignment') ?? USUAL_ALIGNMENT;
  if (typeof alignment !== 'number' || !Number.isInteger(Math.log2(alignment)) || alignment < 1) {
    throw new GgufDefect('its alignment is no power of two');
  }
  const startBytes = Math.ceil(endBytes / alignment) * alignment;
  for (const tensor of tensors) {
    if (tensor.offsetBytes % alignment !== 0) {
      throw new GgufDefect(`${quoted(tensor.name)} doesn’t lie where it may`);
    }
    if (startBytes + tensor.offsetBytes + sizeOf(tensor) > fileBytes) {
      throw new GgufDefect('the file ends before its tensors do', 'cut-off');
    }
  }
}

function sizeOf({ name, shape, typeId }: GgufTensorEntry): number {
  const [rowNumbers = 1, ...more] = shape;
  if (shape.some((dimension) => dimension < 1)) throw new GgufDefect(`${quoted(name)} is empty`);
  const block = BLOCKS[typeId];
  if (!block) {
    if (!GIVEN_UP.includes(typeId) && typeId <= LAST_PLAUSIBLE_TYPE) return 1;
    throw new GgufDefect(`${quoted(name)} has a type that no engine knows`);
  }
  const [numbers, bytes] = block;
  if (rowNumbers % numbers !== 0) throw new GgufDefect(`${quoted(name)} has rows that are cut off`);
  return more.reduce((size, dimension) => size * dimension, (rowNumbers / numbers) * bytes);
}

function checkMetadata({ metadata, tensors }: Pick<GgufTable, 'metadata' | 'tensors'>): GgufFacts {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || architecture === '')
    throw missing('general.architecture');
  const entry = (name: string): [key: string, value: GgufEntry | undefined] => {
    const key = `${architecture}.${name}`;
    return [key, metadata.get(key)];
  };
  const contextTokens = requireCount(...entry('context_length'));
  const dimension = requireCount(...entry('embedding_length'));
  requireCount(...entry('block_count'));
  const has = (pattern: RegExp) => tensors.some(({ name }) => pattern.test(name));
  if (has(/(^|\.)ffn_(up|down|gate)/)) requireCounts(...entry('feed_forward_length'));
  if (has(/(^|\.)attn_(q|k|v|qkv)\b/)) checkAttention(entry, dimension);
  return { architecture, contextTokens, tokensStartBytes: checkVocabulary(metadata) };
}

type Lookup = (name: string) => [key: string, value: GgufEntry | undefined];

function checkAttention(entry: Lookup, dimension: number): void {
  const heads = requireCounts(...entry('attention.head_count'));
  const [rmsKey, rmsEpsilon] = entry('attention.layer_norm_rms_epsilon');
  const [, epsilon] = entry('attention.layer_norm_epsilon');
  if (typeof rmsEpsilon !== 'number' && typeof epsilon !== 'number') throw missing(rmsKey);
  const [, headDimension] = entry('attention.key_length');
  // Where a model states the size of its heads, the number of heads needn't divide the dimension.
  if (headDimension === undefined && heads.some((count) => count > 0 && dimension % count !== 0)) {
    throw new GgufDefect(`its ${String(dimension)} dimensions don’t divide into its heads`);
  }
}

/** The offset of the vocabulary's texts. */
function checkVocabulary(metadata: GgufTable['metadata']): number {
  const kind = metadata.get('tokenizer.ggml.model');
  if (typeof kind !== 'string') throw missing('tokenizer.ggml.model');
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const isList = typeof tokens === 'object' && tokens.of === 'string' && tokens.length > 0;
  if (!isList) throw missing('tokenizer.ggml.tokens');
  return tokens.startBytes;
}

/** A number that counts something and isn't zero. */
function requireCount(key: string, value: GgufEntry | undefined): number {
  if (value === undefined) throw missing(key);
  if (typeof value === 'number' && isCount(value) && value > 0) return value;
  throw new GgufDefect(`its metadata has no sane ${quoted(key)}`);
}

/** One count for all layers, or one for each layer. Some of the latter may be zero, for layers without this part. */
function requireCounts(key: string, value: GgufEntry | undefined): readonly number[] {
  if (typeof value !== 'object') return [requireCount(key, value)];
  const { numbers } = value;
  if (numbers.every(isCount) && numbers.some((count) => count > 0)) return numbers;
  throw new GgufDefect(`its metadata has no sane ${quoted(key)}`);
}

// llama.cpp stores counts in 32 bits.
function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function missing(key: string): GgufDefect {
  return new GgufDefect(`its metadata lacks ${quoted(key)}`);
}
