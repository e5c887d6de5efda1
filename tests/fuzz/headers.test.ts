/** Headers of remote models: whatever the bytes are, the reader tells facts or refuses, and asks for little. */
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { headerFacts } from '../../lib/ai/builds/headerFacts';
import { readRemoteHeader } from '../../lib/ai/builds/remoteHeader';
import { LLAMA_CPP } from '../../lib/ai/runtimes/llamaCpp';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import type { Downloader, RangeRequest } from '../../lib/platform/types';
import type { GgufValue } from '../../scripts/demoModel/gguf';
import { headerOf } from '../modelHeaders';
import { CASES, createHarmless, expectBytes } from './harmless';

const whole = headerOf({ tokens: 20 });
const never = new AbortController().signal;

function downloaderOf(bytes: Uint8Array, seen: RangeRequest[]): Downloader {
  const fetchRange: Downloader['fetchRange'] = (request) => {
    seen.push(request);
    const { url, startBytes, lengthBytes } = request;
    const part = bytes.slice(startBytes, startBytes + lengthBytes);
    return Promise.resolve({
      bytes: part,
      totalBytes: undefined,
      url,
      versions: [],
      sha256: undefined,
    });
  };
  return { fetchRange } as unknown as Downloader;
}

/** Bytes of the right header, some replaced: single ones, or eight that state a length. */
const damaged = fc.array(
  fc.record({
    at: fc.nat(whole.byteLength),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 1 }),
      fc.constantFrom(
        ...[0n, 1n, 9n, 2n ** 31n, 2n ** 60n, 2n ** 64n - 1n].map((value) => {
          const bytes = new Uint8Array(8);
          new DataView(bytes.buffer).setBigUint64(0, value, true);
          return bytes;
        }),
      ),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

function damage(changes: readonly { at: number; bytes: Uint8Array }[]): Uint8Array {
  const bytes = whole.slice();
  for (const { at, bytes: changed } of changes) {
    bytes.set(changed.subarray(0, Math.max(0, bytes.byteLength - at)), at);
  }
  return bytes;
}

const KEYS = [
  ...['block_count', 'embedding_length', 'context_length', 'feed_forward_length'],
  ...['attention.head_count', 'attention.head_count_kv', 'attention.key_length'],
  ...['attention.value_length', 'attention.sliding_window', 'attention.sliding_window_pattern'],
  ...['ssm.inner_size', 'ssm.state_size', 'ssm.conv_kernel', 'vocab_size'],
].map((name) => `gemma3.${name}`);

const value: fc.Arbitrary<GgufValue> = fc.oneof(
  fc.record({ type: fc.constant('uint32' as const), value: fc.nat(0xff_ff_ff_ff) }),
  fc.record({ type: fc.constant('int32' as const), value: fc.integer({ min: -5, max: 600 }) }),
  fc.record({ type: fc.constant('float32' as const), value: fc.float() }),
  fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'binary' }) }),
  fc.record({
    type: fc.constant('array' as const),
    of: fc.constant('int32' as const),
    value: fc.array(fc.integer({ min: -2, max: 70 }), { maxLength: 40 }),
  }),
);

/** Well-formed, and with values that no model has. */
const nonsense = fc.dictionary(fc.constantFrom(...KEYS), value, {
  maxKeys: 6,
  noNullPrototype: true,
});

it('tells facts or refuses, within its bounds', { timeout: 3_600_000 }, async ({ task }) => {
  const harmless = createHarmless('headers');
  const clock = createManualClock();
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, nonsense), async (changes) => {
      const bytes = Array.isArray(changes) ? damage(changes) : headerOf({ tokens: 3, changes });
      const seen: RangeRequest[] = [];
      const tools = { downloader: downloaderOf(bytes, seen), clock };
      const file = { url: 'https://h/model.gguf', fileName: 'model.gguf', sizeBytes: undefined };
      const found = await harmless.runAsync(() => readRemoteHeader(tools, file, never));
      expect(seen.length).toBeLessThanOrEqual(4);
      if (!found) return;
      const { contextTokens = 0, ...facts } = headerFacts(found.model);
      const build = { runtime: 'llama.cpp', quantization: '', files: [], ...facts } as const;
      const need = LLAMA_CPP.memoryOf({ build, contextTokens, weightsBytes: 0 });
      expect(need).toBeGreaterThan(0);
      expect(Number.isFinite(need)).toBe(true);
      expectBytes(facts.kvBytesPerToken);
    }),
    { numRuns: CASES.headers },
  );
  harmless.finish(task);
});
