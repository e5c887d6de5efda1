import { describe, expect, it } from 'vitest';

import { DEMO_SENTENCE } from '../../../../scripts/demoModel/tinyDemo';
import { createManualClock } from '../../memory/manualClock';
import { createGpuCheck, TINY_SENTENCE } from './webGpu';
import type { GpuAccess, GpuCheckParts } from './webGpu';

type Adapter = Awaited<ReturnType<GpuAccess['requestAdapter']>>;

const real: Adapter = { info: { isFallbackAdapter: false }, features: new Set(['shader-f16']) };

/** A check over a browser with that adapter, on which the tiny model says what `speak` says. */
function check(adapter: Adapter | undefined, speak: GpuCheckParts['speak']) {
  const clock = createManualClock();
  let spoke = 0;
  const ask = createGpuCheck({
    gpu: adapter === undefined ? undefined : { requestAdapter: () => Promise.resolve(adapter) },
    clock,
    speak: (signal) => {
      spoke += 1;
      return speak(signal);
    },
  });
  return { clock, ask, spoken: () => spoke };
}

const says = (text: string | undefined) => () => Promise.resolve(text);

describe('the check of the graphics processor', () => {
  it('listens for what the bundled model says', () => {
    expect(TINY_SENTENCE).toBe(DEMO_SENTENCE);
  });

  it('trusts one that says the sentence, and asks it once', async () => {
    const { ask, spoken } = check(real, says(` ${TINY_SENTENCE}`));
    expect(await Promise.all([ask(), ask()])).toEqual([true, true]);
    expect(await ask()).toBe(true);
    expect(spoken()).toBe(1);
  });

  it.each<[string, Adapter | undefined]>([
    ['without WebGPU', undefined],
    ['without an adapter', null],
    ['in software', { ...real, info: { isFallbackAdapter: true } }],
    ['in software, as older browsers say it', { ...real, info: {}, isFallbackAdapter: true }],
    ['without half precision', { ...real, features: new Set() }],
  ])('doesn’t even try one %s', async (_, adapter) => {
    const { ask, spoken } = check(adapter, says(TINY_SENTENCE));
    expect(await ask()).toBe(false);
    expect(spoken()).toBe(0);
  });

  it.each<[string, GpuCheckParts['speak']]>([
    ['says something else', says('Hello! I am a tiny demo demo demo')],
    ['says nothing', says('')],
    ['isn’t used by the engine', says(undefined)],
    ['fails', () => Promise.reject(new Error('Device lost'))],
  ])('leaves one that %s, for good', async (_, speak) => {
    const { ask, spoken } = check(real, speak);
    expect([await ask(), await ask()]).toEqual([false, false]);
    expect(spoken()).toBe(1);
  });

  it('doesn’t wait for ever, and says so', async () => {
    let isLost = false;
    const { ask, clock } = check(real, (signal) => {
      signal.addEventListener('abort', () => (isLost = true));
      return new Promise(() => undefined);
    });
    const answer = ask();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    expect(await answer).toBe(false);
    expect(isLost).toBe(true);
  });
});
