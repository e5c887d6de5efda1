import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { writeGguf } from '../../../scripts/demoModel/gguf';
import type { GgufTensor, GgufValue } from '../../../scripts/demoModel/gguf';
import {
  buildSpeakingModel,
  describeSpeakingModel,
} from '../../../scripts/demoModel/speakingModel';
import { damagedModels } from '../../../tests/conformance/damagedModels';
import { isModelError, toFailure } from '../../errors';
import { checkGguf } from './ggufHeader';

const model = describeSpeakingModel({ sentence: 'Hello there.' });
const whole = writeGguf(model);

const read = (bytes: Uint8Array) => (offset: number, length: number) =>
  Promise.resolve(bytes.subarray(offset, offset + length));
const check = (bytes: Uint8Array, sizeBytes = bytes.length) =>
  checkGguf({ path: 'a/b.gguf', sizeBytes, read: read(bytes) });

async function reasonOf(bytes: Uint8Array, sizeBytes?: number): Promise<string> {
  const error = await check(bytes, sizeBytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const failure = toFailure(error);
  if (failure.code !== 'LOAD_FAILED') throw new Error('Not refused', { cause: error });
  expect(failure.details.path).toBe('a/b.gguf');
  return failure.details.reason;
}

/** The model with other metadata; undefined takes a key away. */
function having(changes: Record<string, GgufValue | undefined>, tensors = model.tensors) {
  const metadata = new Map(model.metadata);
  for (const [key, value] of Object.entries(changes)) {
    if (value) metadata.set(key, value);
    else metadata.delete(key);
  }
  return writeGguf({ metadata, tensors });
}

function withTensor(change: Partial<GgufTensor>) {
  const [first, ...others] = model.tensors;
  return having({}, first ? [{ ...first, ...change }, ...others] : others);
}

const uint32 = (value: number): GgufValue => ({ type: 'uint32', value });
const text = (value: string): GgufValue => ({ type: 'string', value });
const int32s = (value: number[]): GgufValue => ({ type: 'array', of: 'int32', value });

describe('the header of a model', () => {
  it.each([
    ['as small as it gets', whole],
    ['that loops', buildSpeakingModel({ sentence: 'Hello there.', loop: true })],
    ['with experts', buildSpeakingModel({ sentence: 'Hi you.', paddingBytes: 1_000_000 })],
  ])('passes for one %s, and tells its context', async (_, bytes) => {
    const facts = await check(bytes);
    expect(facts).toMatchObject({ architecture: 'llama', contextTokens: 2048 });
    expect(facts.tokensStartBytes).toBeLessThan(bytes.byteLength);
  });

  it('needs no padding behind the last tensor, as llama.cpp doesn’t', async () => {
    const tensors = [...model.tensors, { ...norm('extra.weight'), data: new Uint8Array(4) }];
    const padded = having({}, tensors);
    expect((await check(padded.subarray(0, -28))).architecture).toBe('llama');
    expect(await reasonOf(padded.subarray(0, -29))).toContain('ends before its tensors');
  });

  it.each<[string, Record<string, GgufValue | undefined>]>([
    ['heads of a stated size', { 'llama.attention.head_count': uint32(7), ...keyLength(128) }],
    ['a list of heads by layer', { 'llama.attention.head_count': int32s([0, 1]) }],
    ['a list of feed-forward sizes', { 'llama.feed_forward_length': int32s([32]) }],
    ['another norm', { ...rms(undefined), ...eps({ type: 'float32', value: 1e-5 }) }],
    ['a long template', { 'tokenizer.chat_template': text('{{ x }}'.repeat(100_000)) }],
    ['its own alignment', { 'general.alignment': uint32(32) }],
    ['one part in all', { 'split.count': uint32(1) }],
  ])('passes with %s', async (_, changes) => {
    expect(await check(having(changes))).toMatchObject({ contextTokens: 2048 });
  });

  it('passes without what only layers of attention need, where there are none', async () => {
    const tensors = model.tensors.filter(({ name }) => !/attn_|ffn_/.test(name));
    const changes = { 'llama.attention.head_count': undefined, ...rms(undefined) };
    const bytes = having({ ...changes, 'llama.feed_forward_length': undefined }, tensors);
    expect((await check(bytes)).architecture).toBe('llama');
  });

  it.each<[string, RegExp, Record<string, GgufValue | undefined>]>([
    ['no architecture', /general.architecture/, { 'general.architecture': undefined }],
    ['no context length', /context_length/, { 'llama.context_length': undefined }],
    ['a context of nothing', /context_length/, { 'llama.context_length': uint32(0) }],
    ['no dimension', /embedding_length/, { 'llama.embedding_length': undefined }],
    ['no layers', /block_count/, { 'llama.block_count': text('many') }],
    ['no feed-forward size', /feed_forward/, { 'llama.feed_forward_length': undefined }],
    ['no heads', /head_count/, { 'llama.attention.head_count': uint32(0) }],
    ['no heads in any layer', /head_count/, { 'llama.attention.head_count': int32s([0, 0]) }],
    ['negative heads', /head_count/, { 'llama.attention.head_count': int32s([-1, 4]) }],
    ['heads that don’t divide', /divide/, { 'llama.attention.head_count': uint32(7) }],
    ['no epsilon', /layer_norm_rms_epsilon/, rms(undefined)],
    ['no tokenizer', /tokenizer.ggml.model/, { 'tokenizer.ggml.model': undefined }],
    [
      'no tokens',
      /tokens/,
      { 'tokenizer.ggml.tokens': { type: 'array', of: 'string', value: [] } },
    ],
    ['tokens that are numbers', /tokens/, { 'tokenizer.ggml.tokens': int32s([1, 2]) }],
    ['several parts', /several files/, { 'split.count': uint32(3) }],
    ['an odd alignment', /alignment/, { 'general.alignment': uint32(33) }],
    ['no alignment', /alignment/, { 'general.alignment': uint32(0) }],
  ])('is refused with %s', async (_, reason, changes) => {
    expect(await reasonOf(having(changes))).toMatch(reason);
  });

  it.each<[string, RegExp, Uint8Array]>([
    ['a type that was given up', /type/, retyped(4)],
    ['a type from nowhere', /type/, retyped(4_000_000)],
    ['a dimension of nothing', /empty/, withTensor({ shape: [0, 5] })],
    ['more weights than there are bytes', /ends before/, withTensor({ shape: [2 ** 40, 2 ** 40] })],
    ['five dimensions', /dimensions/, withTensor({ shape: [1, 1, 1, 1, 1] })],
    ['a name as long as a page', /too long/, withTensor({ name: 'x'.repeat(64) })],
    ['two tensors of one name', /twice/, having({}, [...model.tensors, ...model.tensors])],
    ['no tensor at all', /no weights/, having({}, [])],
  ])('is refused with %s', async (_, reason, bytes) => {
    expect(await reasonOf(bytes)).toMatch(reason);
  });

  it('leaves a type that is newer than this check to the engine', async () => {
    expect((await check(retyped(60))).architecture).toBe('llama');
  });

  it('shows names that the file chose without letting them draw', async () => {
    const name = '\u001b[2Jx';
    expect(await reasonOf(withTensor({ name, shape: [0] }))).toBe('“?[2Jx” is empty');
  });
});

describe('a damaged file', () => {
  it.each(Object.entries(damagedModels()))('is refused: %s', async (_, bytes) => {
    expect(await reasonOf(bytes)).toMatch(/^[^:]+$/);
  });

  it('is refused wherever it is cut', async () => {
    for (let length = 0; length < whole.length - 31; length += 61) {
      expect(await reasonOf(whole.subarray(0, length))).not.toBe('');
    }
  });

  it('is refused when it becomes shorter while it is read, or can’t be read', async () => {
    expect(await reasonOf(whole.subarray(0, 100), whole.length)).toBe('the file became shorter');
    const broken = checkGguf({
      ...{ path: 'x', sizeBytes: 1_000 },
      read: () => Promise.reject(new Error('EIO')),
    });
    await expect(broken).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      details: { reason: 'Error: EIO' },
    });
  });

  it('costs no more than 64 MiB of reading, in small pieces', async () => {
    let readBytes = 0;
    // Metadata that never ends: a list of texts as long as the file, of a gigabyte, all of them empty.
    const head = Buffer.alloc(64 + 8);
    head.write('GGUF');
    head.writeUInt32LE(3, 4);
    head.writeBigUInt64LE(1n, 8);
    head.writeBigUInt64LE(1n, 16);
    head.writeBigUInt64LE(0n, 24);
    head.writeUInt32LE(9, 32);
    head.writeUInt32LE(8, 36);
    head.writeBigUInt64LE(2n ** 50n, 40);
    const file = {
      path: 'endless',
      sizeBytes: 2 ** 30,
      read(offset: number, length: number) {
        readBytes += length;
        expect(length).toBeLessThanOrEqual(1024 * 1024);
        const bytes = new Uint8Array(length);
        if (offset === 0) bytes.set(head);
        return Promise.resolve(bytes);
      },
    };
    await expect(checkGguf(file)).rejects.toMatchObject({
      details: { reason: 'its header is too long' },
    });
    expect(readBytes).toBeLessThanOrEqual(64 * 1024 * 1024);
  });

  it('never does more than fail, whatever bytes its header has', { timeout: 120_000 }, async () => {
    const headerBytes = 8_000;
    const flips = fc.array(
      fc.record({ at: fc.nat(headerBytes), value: fc.constantFrom(0, 1, 8, 9, 0x7f, 0x80, 0xff) }),
      { minLength: 1, maxLength: 12 },
    );
    const property = fc.asyncProperty(flips, fc.nat(4), async (changes, run) => {
      const bytes = whole.slice();
      // A run of the same byte makes large numbers of what were small ones.
      for (const { at, value } of changes) bytes.fill(value, at, at + 1 + run * 2);
      await check(bytes).catch((error: unknown) => {
        if (!isModelError(error) || error.code !== 'LOAD_FAILED') throw error;
      });
    });
    await fc.assert(property, { numRuns: 20_000 });
  });

  it('never does more than fail, whatever its bytes are', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (tail) => {
      const bytes = Buffer.concat([Buffer.from('GGUF\x03\0\0\0'), tail]);
      expect(await reasonOf(bytes)).not.toBe('');
    });
    await fc.assert(property, { numRuns: 10_000 });
  });
});

function norm(name: string): GgufTensor {
  return { name, shape: [1], type: 'F32', data: new Uint8Array(4) };
}

function keyLength(value: number): Record<string, GgufValue> {
  return { 'llama.attention.key_length': uint32(value) };
}

function rms(value: GgufValue | undefined) {
  return { 'llama.attention.layer_norm_rms_epsilon': value };
}

function eps(value: GgufValue) {
  return { 'llama.attention.layer_norm_epsilon': value };
}

/** The first tensor with another type: what the writer doesn't offer. */
function retyped(typeId: number): Uint8Array {
  const bytes = Buffer.from(whole);
  const name = 'token_embd.weight';
  const at = bytes.lastIndexOf(name);
  bytes.writeUInt32LE(typeId, at + name.length + 4 + 16);
  return bytes;
}
