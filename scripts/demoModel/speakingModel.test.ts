import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { noise } from './noise';
import { buildSpeakingModel } from './speakingModel';
import { buildTinyDemo, DEMO_ASSET_PATH, DEMO_SENTENCE } from './tinyDemo';

const MEGABYTE = 1024 * 1024;
const PADDED = { sentence: 'Some bytes arrived.', paddingBytes: 2 * MEGABYTE };

describe('the bundled demo model', () => {
  it('is what its generator makes', async () => {
    const asset = new Uint8Array(await readFile(DEMO_ASSET_PATH));
    expect(Buffer.compare(asset, buildTinyDemo())).toBe(0);
  });

  it('says its sentence and ends', () => {
    expect(speak(buildTinyDemo(), 100)).toEqual({ text: DEMO_SENTENCE, ended: true });
  });
});

describe('a speaking model', () => {
  it('has the same bytes each time', () => {
    expect(Buffer.compare(buildSpeakingModel(PADDED), buildSpeakingModel(PADDED))).toBe(0);
  });

  it('carries every key that llama.cpp refuses to do without', () => {
    for (const options of [{ sentence: DEMO_SENTENCE }, PADDED]) {
      const { metadata } = readGguf(buildSpeakingModel(options));
      expect(metadata).toMatchObject({
        'general.architecture': 'llama',
        'llama.context_length': 2048,
        'llama.embedding_length': 32,
        'llama.block_count': 1,
        'llama.feed_forward_length': expect.any(Number) as number,
        'llama.attention.head_count': 1,
        'llama.attention.layer_norm_rms_epsilon': expect.closeTo(1e-6, 9) as number,
        'tokenizer.ggml.model': 'llama',
      });
      const tokens = list(metadata['tokenizer.ggml.tokens']);
      expect(new Set(tokens).size).toBe(tokens.length);
      expect(list(metadata['tokenizer.ggml.scores'])).toHaveLength(tokens.length);
      expect(list(metadata['tokenizer.ggml.token_type'])).toHaveLength(tokens.length);
    }
  });

  it('lays its tensors out aligned, one after the other, up to the end of the file', () => {
    const bytes = buildSpeakingModel(PADDED);
    const { tensors, dataStart } = readGguf(bytes);
    let end = dataStart;
    for (const tensor of tensors) {
      expect((dataStart + tensor.offset) % 32).toBe(0);
      expect(dataStart + tensor.offset - end).toBeGreaterThanOrEqual(0);
      expect(dataStart + tensor.offset - end).toBeLessThan(32);
      end = dataStart + tensor.offset + tensor.sizeBytes;
    }
    expect(bytes.length - end).toBeGreaterThanOrEqual(0);
    expect(bytes.length - end).toBeLessThan(32);
  });

  it('never ends when it is made to loop', () => {
    const said = speak(buildSpeakingModel({ sentence: 'Again and more.', loop: true }), 9);
    expect(said).toEqual({ text: 'Again and more. Again and more.', ended: false });
  });

  it('says the same with as many bytes more as it was given', () => {
    const bytes = buildSpeakingModel(PADDED);
    expect(bytes.length).toBeGreaterThan(PADDED.paddingBytes);
    expect(bytes.length).toBeLessThan(PADDED.paddingBytes + MEGABYTE / 2);
    expect(speak(bytes, 100)).toEqual({ text: PADDED.sentence, ended: true });
  });

  it('says the same slowly, with as many bytes of weights for each token as it was given', () => {
    const bytesPerToken = 2 * MEGABYTE;
    const bytes = buildSpeakingModel({ sentence: PADDED.sentence, bytesPerToken });
    const { tensors } = readGguf(bytes);
    const read = tensors.filter(({ name }) => /ffn_(gate|up|down)\.weight$/.test(name));
    const readBytes = read.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(readBytes).toBeGreaterThanOrEqual(bytesPerToken);
    expect(readBytes).toBeLessThan(bytesPerToken + MEGABYTE / 16);
    expect(speak(bytes, 100)).toEqual({ text: PADDED.sentence, ended: true });
  });

  it('is padded with finite numbers that never repeat', () => {
    const bytes = Buffer.from(buildSpeakingModel(PADDED));
    const { tensors, dataStart } = readGguf(bytes);
    const padding = tensors.filter((tensor) => tensor.name.endsWith('_exps.weight'));
    expect(padding).toHaveLength(3);
    for (const { offset, sizeBytes } of padding) {
      const data = bytes.subarray(dataStart + offset, dataStart + offset + sizeBytes);
      expect(infiniteHalves(data)).toBe(0);
      const blocks = Array.from({ length: sizeBytes / 32 }, (_, index) =>
        data.toString('latin1', index * 32, index * 32 + 32),
      );
      expect(new Set(blocks).size).toBe(blocks.length);
    }
  });

  it('refuses a sentence with a word that comes twice', () => {
    expect(() => buildSpeakingModel({ sentence: 'I am what I am.' })).toThrow(RangeError);
    expect(() => buildSpeakingModel({ sentence: '' })).toThrow(RangeError);
  });
});

describe('noise', () => {
  it('has the same byte at an offset however it is read', () => {
    const whole = noise('seed', 1000);
    for (const offset of [0, 1, 15, 16, 17, 500, 999]) {
      expect(Buffer.compare(noise('seed', 1000 - offset, offset), whole.subarray(offset))).toBe(0);
    }
  });

  it('differs by seed and beyond the 32-bit range', () => {
    expect(noise('a', 16)).not.toEqual(noise('b', 16));
    expect(noise('a', 16, 2 ** 33)).not.toEqual(noise('a', 16));
  });
});

interface Tensor {
  name: string;
  shape: number[];
  offset: number;
  sizeBytes: number;
}

interface Parsed {
  metadata: Record<string, unknown>;
  tensors: Tensor[];
  dataStart: number;
}

/** Reads a file by the published format, with nothing shared with the writer. */
function readGguf(bytes: Uint8Array): Parsed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (size: number) => (at += size) - size;
  const u32 = () => view.getUint32(take(4), true);
  const u64 = () => Number(view.getBigUint64(take(8), true));
  const string = () => {
    const length = u64();
    return new TextDecoder().decode(bytes.subarray(take(length), at));
  };
  const times = <T>(count: number, read: () => T) => Array.from({ length: count }, read);
  const value = (type: number): unknown => {
    if (type === 4) return u32();
    if (type === 5) return view.getInt32(take(4), true);
    if (type === 6) return view.getFloat32(take(4), true);
    if (type === 7) return view.getUint8(take(1)) === 1;
    if (type === 8) return string();
    expect(type).toBe(9);
    const of = u32();
    return times(u64(), () => value(of));
  };

  expect(new TextDecoder().decode(bytes.subarray(take(4), at))).toBe('GGUF');
  expect(u32()).toBe(3);
  const [tensorCount, keyCount] = [u64(), u64()];
  const metadata = Object.fromEntries(times(keyCount, () => [string(), value(u32())]));
  const tensors = times(tensorCount, () => {
    const name = string();
    const shape = times(u32(), u64);
    const bytesPerElement = u32() === 0 ? 4 : 2;
    const sizeBytes = shape.reduce((product, size) => product * size, bytesPerElement);
    return { name, shape, offset: u64(), sizeBytes };
  });
  return { metadata, tensors, dataStart: Math.ceil(at / 32) * 32 };
}

/** What the weights say after a new line: the token whose output row fits the last token's embedding best. */
function speak(bytes: Uint8Array, maxTokens: number): { text: string; ended: boolean } {
  const { metadata, tensors, dataStart } = readGguf(bytes);
  const tokens = list(metadata['tokenizer.ggml.tokens']) as string[];
  const rows = (name: string) => {
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (!tensor) throw new Error(`no ${name}`);
    const [columns = 0] = tensor.shape;
    const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart + tensor.offset);
    const half = (index: number) => (view.getUint16(index * 2, true) === 0 ? 0 : 1);
    return (row: number) => Array.from({ length: columns }, (_, i) => half(row * columns + i));
  };
  const [embedding, output] = [rows('token_embd.weight'), rows('output.weight')];
  const next = (token: number) => {
    const state = embedding(token);
    const fits = tokens.map((_, id) =>
      output(id).some((weight, i) => weight * (state[i] ?? 0) > 0),
    );
    expect(fits.filter(Boolean)).toHaveLength(1);
    return fits.indexOf(true);
  };

  let text = '';
  let token = tokens.indexOf('<0x0A>');
  for (let count = 0; count < maxTokens; count++) {
    token = next(token);
    if (token === metadata['tokenizer.ggml.eos_token_id']) return { text, ended: true };
    text += (tokens[token] ?? '').replace('\u2581', ' ');
  }
  return { text, ended: false };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function infiniteHalves(data: Buffer): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 2) {
    if ((data.readUInt16LE(at) & 0x7c00) === 0x7c00) count++;
  }
  return count;
}
