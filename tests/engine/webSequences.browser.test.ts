import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

import type { Platform } from '../../lib/platform/types';
import { createPlatform } from '../../lib/platform/index.web';
import { playSequence, shortSequence } from './engineSequences';
import { createRealWorld } from './realWorld';

/** Each takes some seconds; for a longer look: `ENGINE_SEQUENCES=50 pnpm test --only browser`. */
const RUNS = inject('engineSequences');

let platform: Platform;
beforeAll(async () => {
  platform = await createPlatform();
}, 60_000);
afterAll(() => platform.close());

/** Messages wait behind everything that is already due. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

it('whatever is done to the engine in a browser ends, leaks nothing and never loads two at once', async () => {
  await fc.assert(
    fc.asyncProperty(shortSequence, (commands) =>
      playSequence(createRealWorld(platform, turn), commands),
    ),
    { numRuns: RUNS, endOnFailure: true, includeErrorInReport: true },
  );
  const left = await platform.files.list('.staging');
  expect(left).toEqual([]);
}, 400_000);
