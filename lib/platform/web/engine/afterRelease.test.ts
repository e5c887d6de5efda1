import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { rejectionOf } from '../../../../tests/conformance/expectFailure';
import { ModelError } from '../../../errors';
import { createManualClock } from '../../memory/manualClock';
import { afterRelease, NO_WASM_MEMORY } from './afterRelease';

/** A load that fails so often, and the pauses before it is tried again. */
function failing(times: number, reason: string, { signal = new AbortController().signal } = {}) {
  const clock = createManualClock();
  const pausesMs: number[] = [];
  let loads = 0;
  const load = () => {
    loads += 1;
    if (loads > times) return Promise.resolve('loaded');
    return Promise.reject(new ModelError('LOAD_FAILED', { path: 'm.gguf', reason }));
  };
  const loading = afterRelease(load, {
    clock: {
      ...clock,
      after(delayMs, ring) {
        pausesMs.push(delayMs);
        queueMicrotask(ring);
        return () => undefined;
      },
    },
    signal,
  });
  return { loading, pausesMs, loads: () => loads };
}

const NO_MEMORY = `${NO_WASM_MEMORY}; Stack trace (exception): …`;

it('knows the words of the installed wllama', async () => {
  const source = fileURLToPath(import.meta.resolve('@wllama/wllama'));
  expect(await readFile(source, 'utf8')).toContain(`new Error('${NO_WASM_MEMORY}')`);
});

it('loads again once the browser has released the memory of an engine before', async () => {
  const { loading, pausesMs } = failing(2, NO_MEMORY);
  expect(await loading).toBe('loaded');
  expect(pausesMs).toEqual([500, 2_000]);
});

it('tells of a browser that has no memory at all', async () => {
  const { loading, loads } = failing(Infinity, NO_MEMORY);
  expect(await rejectionOf(loading)).toMatchObject({ code: 'LOAD_FAILED' });
  expect(loads()).toBe(3);
});

it('tries nothing else again', async () => {
  const { loading, loads } = failing(1, 'unknown model architecture');
  expect(await rejectionOf(loading)).toMatchObject({ code: 'LOAD_FAILED' });
  expect(loads()).toBe(1);
});

it('ends the wait when the load is called off', async () => {
  const { loading, loads } = failing(Infinity, NO_MEMORY, { signal: AbortSignal.abort() });
  expect(await rejectionOf(loading)).toMatchObject({ name: 'AbortError' });
  expect(loads()).toBe(1);
});
