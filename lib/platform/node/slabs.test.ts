import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { createSlabQueue, createSlabs, SLAB_BYTES } from './slabs';

describe('slabs', () => {
  it('gives out what was given back, and no more than once', () => {
    const slabs = createSlabs();
    const first = slabs.take();
    expect(slabs.take() === first).toBe(false);
    slabs.giveBack(first);
    expect(slabs.take() === first).toBe(true);
    expect(slabs.take() === first).toBe(false);
  });

  it('hands on what came in, in order and without a gap', () => {
    const slabs = createSlabs();
    const queue = createSlabQueue(slabs);
    const source = randomBytes(4_000_000);
    let [came, went] = [0, 0];
    while (went < source.length) {
      const bytes = source.copy(queue.room(), 0, came, came + 100_001);
      if (bytes > 0) queue.filled(bytes);
      came += bytes;
      // Writing is slower than receiving until the end.
      while (queue.sizeBytes() > (came < source.length ? SLAB_BYTES : 0)) {
        const waiting = queue.first();
        expect(waiting.equals(source.subarray(went, went + waiting.length))).toBe(true);
        // As when the system takes less than it was given.
        const written = Math.min(waiting.length, 70_000);
        queue.written(written);
        went += written;
      }
    }
    expect([came, went]).toEqual([source.length, source.length]);
  });

  it('keeps the place where bytes wait while more come in', () => {
    const queue = createSlabQueue(createSlabs());
    queue.room().write('abc');
    queue.filled(3);
    const waiting = queue.first();
    queue.room().write('def');
    queue.filled(3);
    queue.written(3);
    expect([waiting.toString(), queue.first().toString()]).toEqual(['abc', 'def']);
  });
});
