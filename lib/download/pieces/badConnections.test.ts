/** Whatever single connections get wrong, in memory and at random: the file is right, or its failure is honest. */
import fc from 'fast-check';
import { expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  sha256,
  stateOf,
  type Tab,
} from '../../../tests/modelFixture';
import { isModelError, ModelError } from '../../errors';
import { createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { script, type WebEvent } from '../../platform/memory/memoryWeb';
import { createByteRanges } from '../journal/byteRanges';
import { parseJournal } from '../journal/journalText';

const KIBIBYTE = 1024;
const SIZES = {
  firstPieceBytes: 4 * KIBIBYTE,
  largestPieceBytes: 16 * KIBIBYTE,
  smallestPieceBytes: 4 * KIBIBYTE,
  unwrittenBytes: 4 * KIBIBYTE,
  blockBytes: 32 * KIBIBYTE,
};
const CDN_URL = 'https://cdn.example/signed?expires=soon';
const PART = '.staging/tiny/tiny.gguf.part';
const FINAL = 'tiny/tiny.gguf';
const SIZE = WEIGHTS.byteLength;

const answer = (status: number, headers: Record<string, string> = {}): WebEvent => ({
  ...{ kind: 'answer', status, headers },
  body: new TextEncoder().encode('<html>Sign in</html>'),
});
const fail = (error: ModelError): WebEvent => ({ kind: 'fail', error });
const host = 'cdn.example';

const wrong = fc.oneof(
  fc
    .constantFrom(400, 401, 403, 404, 408, 410, 416, 418, 421, 425, 429, 500, 503)
    .map((status) => answer(status)),
  fc.constantFrom(
    answer(200, { 'content-type': 'text/html' }),
    answer(206, { 'content-range': `bytes 0-9/${String(SIZE + 1)}` }),
    answer(206, { 'content-range': `bytes 7-9/${String(SIZE)}` }),
    answer(200, { 'content-length': '20' }),
    answer(206, { 'content-encoding': 'gzip' }),
    fail(new ModelError('NET_INTERRUPTED', { host })),
    fail(new ModelError('NET_OFFLINE', { host })),
    fail(new ModelError('HTTP_UNEXPECTED', { host, status: 0, reason: 'not HTTP' })),
    fail(new ModelError('REDIRECT_UNSAFE', { host, reason: 'http' })),
    { kind: 'ignore-range' } as const,
  ),
  fc.nat(8 * KIBIBYTE).map((afterBytes): WebEvent => ({ kind: 'cut', afterBytes })),
);
const well: WebEvent = { kind: 'hold', afterBytes: 0, until: Promise.resolve() };
/** Of each request in its order, wrong or well. */
const answers = fc.integer({ min: 1, max: 9 }).chain((weight) =>
  fc.array(
    fc.oneof({ weight, arbitrary: wrong }, { weight: 10 - weight, arbitrary: fc.constant(well) }),
    {
      maxLength: 60,
    },
  ),
);

/** Why `work` failed, if it did. Time passes while nothing else is left to do. */
async function drive({ clock }: Tab, work: Promise<unknown>): Promise<unknown> {
  const end: { error?: unknown; isReached: boolean } = { isReached: false };
  work
    .catch((error: unknown) => (end.error = error))
    .finally(() => {
      end.isReached = true;
    });
  while (!end.isReached) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    clock.advance(250);
  }
  return end.error;
}

it('ends right, or with an honest failure and every byte that landed, whatever single answers are', async () => {
  const seen = { right: 0, failed: 0 };
  await fc.assert(
    fc.asyncProperty(answers, answers, async (ofHub, ofStore) => {
      const world = createMemoryWorld();
      world.web.maxConnections = 8;
      const tab = await createTab({ world, sizes: SIZES, waitsForSpace: false });
      const { manager } = tab;
      world.web.redirects.set(GGUF_URL, CDN_URL);
      world.web.files.set(CDN_URL, WEIGHTS);
      script(world.web, GGUF_URL, ...ofHub);
      script(world.web, CDN_URL, ...ofStore);
      await manager.start();
      const error = await drive(tab, manager.ensureModelPresent(MODEL));
      if (error === undefined) {
        seen.right += 1;
      } else {
        seen.failed += 1;
        expect(isModelError(error) && error.code).not.toBe('INTERNAL');
        const text = new TextDecoder().decode(world.disk.files.get(`${PART}.journal`));
        const landed = createByteRanges(parseJournal(text)?.written);
        // All that is claimed is there, and right.
        for (const { startBytes, endBytes } of landed.list()) {
          const bytes = world.disk.files.get(PART)?.slice(startBytes, endBytes);
          expect(sha256(bytes ?? new Uint8Array())).toBe(
            sha256(WEIGHTS.subarray(startBytes, endBytes)),
          );
        }
        world.web.events.clear();
        const before = world.web.log.length;
        expect(await drive(tab, manager.ensureModelPresent(MODEL))).toBeUndefined();
        const sent = world.web.log.slice(before).reduce((sum, { sentBytes }) => sum + sentBytes, 0);
        expect(sent).toBeLessThanOrEqual(SIZE - landed.sizeBytes());
      }
      expect(stateOf(manager).kind).toBe('installed');
      expect(sha256(world.disk.files.get(FINAL) ?? new Uint8Array())).toBe(sha256(WEIGHTS));
      await manager.close();
    }),
    // One that can't but fail, and one that can't but end well, among those that chance makes.
    {
      numRuns: 80,
      examples: [
        [Array<WebEvent>(60).fill(answer(404)), []],
        [[], []],
      ],
    },
  );
  expect(Math.min(seen.right, seen.failed)).toBeGreaterThan(0);
}, 120_000);
