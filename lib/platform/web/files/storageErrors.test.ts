import { describe, expect, it } from 'vitest';

import { isModelError, ModelError } from '../../../errors';
import type { Clock } from '../../types';
import { storageError, whenReleased } from './storageErrors';

function named(name: string): Error {
  return Object.assign(new Error('as the browser words it'), { name });
}

/** Time that passes only while somebody waits for it. */
function waitingClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, callback) {
      nowMs += delayMs;
      queueMicrotask(callback);
      return () => undefined;
    },
  };
}

describe('a file that another tab holds', () => {
  it('is tried again until it is released', async () => {
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      const isHeld = attempts < 4;
      return isHeld
        ? Promise.reject(named('NoModificationAllowedError'))
        : Promise.resolve('opened');
    };
    expect(await whenReleased(waitingClock(), attempt)).toBe('opened');
    expect(attempts).toBe(4);
  });

  it('is given up after five seconds', async () => {
    const clock = waitingClock();
    const held = named('NoModificationAllowedError');
    await expect(whenReleased(clock, () => Promise.reject(held))).rejects.toBe(held);
    expect(clock.monotonicMs()).toBeGreaterThan(4_000);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(5_000);
  });

  it('is not what any other failure means', async () => {
    const clock = waitingClock();
    const failure = named('NotFoundError');
    await expect(whenReleased(clock, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(clock.monotonicMs()).toBe(0);
  });
});

describe('what the browser throws', () => {
  it.each([
    ['QuotaExceededError', 'NO_SPACE', { neededBytes: 7, freeBytes: undefined }],
    ['NoModificationAllowedError', 'STORAGE_BUSY', { path: 'a/b' }],
    ['InvalidStateError', 'DISK_IO', { path: 'a/b' }],
  ])('as %s becomes %s, and stays as its cause', (name, code, details) => {
    const thrown = named(name);
    const error = storageError(thrown, 'a/b', 7);
    expect(isModelError(error) && error.code).toBe(code);
    expect(error).toMatchObject({ details, cause: thrown });
  });

  it('passes unchanged when it is ours, or an abort', () => {
    for (const error of [new ModelError('STORAGE_BUSY', { path: 'x' }), named('AbortError')]) {
      expect(storageError(error, 'a/b')).toBe(error);
    }
  });
});
