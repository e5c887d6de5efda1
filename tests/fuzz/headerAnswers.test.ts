/** Servers that answer requests for ranges wrongly: too much, too little, other bytes, other files, other addresses. */
import assert from 'node:assert/strict';

import fc from 'fast-check';
import { it } from 'vitest';

import { readRemoteHeader } from '../../lib/ai/builds/remoteHeader';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import type { Downloader, RangeAnswer, RangeRequest } from '../../lib/platform/types';
import { headerOf } from '../modelHeaders';
import { CASES, createHarmless, expectBytes } from './harmless';

// Longer than the first request, so that later answers matter.
const whole = headerOf({ tokens: 30_000, word: 'a long beginning of each word, ' });
const never = new AbortController().signal;
const URLS = ['https://h/model.gguf', 'https://cdn.h/x?signed', 'http://127.0.0.1/x'];

interface Mistakes {
  shiftBytes?: number;
  lengthShare?: number;
  totalBytes?: number | undefined;
  versions?: readonly string[];
  sha256?: string;
  url?: string;
  fill?: number;
}

const mistake: fc.Arbitrary<Mistakes> = fc.oneof(
  fc.record({ shiftBytes: fc.integer({ min: -70, max: 70 }) }),
  fc.record({ lengthShare: fc.constantFrom(0, 1e-6, 0.3, 0.999, 2) }),
  fc.record({
    totalBytes: fc.constantFrom(undefined, 0, 1, whole.byteLength + 1, 9e15),
  }),
  fc.record({ versions: fc.constantFrom([], ['"b"'], ['W/"a"'], ['"a"', '"b"']) }),
  fc.record({ sha256: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)) }),
  fc.record({ url: fc.constantFrom(...URLS) }),
  fc.record({ fill: fc.nat(255) }),
);
/** Of one answer. Alone, a mistake meets the check that is meant for it. */
const mistakes: fc.Arbitrary<Mistakes> = fc
  .array(mistake, { maxLength: 2 })
  .map((all) => Object.assign({}, ...all) as Mistakes);
const answers = fc.array(mistakes, { minLength: 4, maxLength: 4 });

function answerTo({ url, startBytes, lengthBytes }: RangeRequest, wrong: Mistakes): RangeAnswer {
  const { shiftBytes = 0, lengthShare = 1, fill } = wrong;
  const from = Math.max(0, startBytes + shiftBytes);
  const bytes = whole.slice(from, from + Math.floor(lengthBytes * lengthShare));
  if (fill !== undefined) bytes.fill(fill, 0, 9);
  return {
    bytes,
    totalBytes: 'totalBytes' in wrong ? wrong.totalBytes : whole.byteLength,
    url: wrong.url ?? url,
    versions: wrong.versions ?? ['"a"'],
    sha256: wrong.sha256,
  };
}

it('tells facts of one version or refuses, whatever a server answers', async ({ task }) => {
  const harmless = createHarmless('headerAnswers');
  const clock = createManualClock();
  const stated = fc.constantFrom(undefined, whole.byteLength, 1_000);
  const property = fc.asyncProperty(answers, stated, async (wrong, sizeBytes) => {
    const seen: RangeRequest[] = [];
    const given: RangeAnswer[] = [];
    const fetchRange: Downloader['fetchRange'] = (request) => {
      const answer = answerTo(request, wrong[seen.length] ?? {});
      seen.push(request);
      given.push(answer);
      return Promise.resolve(answer);
    };
    const tools = { downloader: { fetchRange } as unknown as Downloader, clock };
    const file = { url: URLS[0] ?? '', fileName: 'model.gguf', sizeBytes };
    const found = await harmless.runAsync(() => readRemoteHeader(tools, file, never));
    assert.ok(seen.length <= 4);
    for (const { startBytes, lengthBytes } of seen) {
      expectBytes(startBytes);
      assert.ok(lengthBytes <= 3 * 1024 ** 2);
    }
    if (!found) return;
    expectBytes(found.readBytes);
    assert.equal(found.requests, seen.length);
    expectBytes(found.sizeBytes);
    expectBytes(found.model.contextTokens);
    const digests = given.flatMap(({ sha256 }) => sha256 ?? []);
    assert.ok(new Set(digests).size <= 1);
    assert.equal(found.sha256, digests[0]);
    const totals = [sizeBytes, ...given.map(({ totalBytes }) => totalBytes)];
    assert.ok(new Set(totals.filter((total) => total !== undefined)).size <= 1);
  });
  await fc.assert(property, { numRuns: CASES.headerAnswers });
  harmless.finish(task);
}, 3_600_000);
