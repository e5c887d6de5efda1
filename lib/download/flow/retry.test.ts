import { describe, expect, it } from 'vitest';

import { ModelError } from '../../errors';
import { createRateMeter, secondsLeft } from './rate';
import { retryDelayMs } from './retry';

const interrupted = new ModelError('NET_INTERRUPTED', { host: 'h' });
const limited = (retryAfterMs: number | undefined) =>
  new ModelError('HTTP_RATE_LIMITED', { host: 'h', retryAfterMs });

describe('retryDelayMs', () => {
  it('doubles, with half of it random, up to half a minute', () => {
    expect([1, 2, 3, 4, 5].map((failures) => retryDelayMs(interrupted, failures, 0))).toEqual([
      250, 500, 1000, 2000, 4000,
    ]);
    expect(retryDelayMs(interrupted, 1, 0.999)).toBeLessThan(500);
  });

  it('ends after six failures in a row', () => {
    expect(retryDelayMs(interrupted, 5, 0)).toBeDefined();
    expect(retryDelayMs(interrupted, 6, 0)).toBeUndefined();
  });

  it('never gives up waiting for a network that may be used', () => {
    const metered = new ModelError('NET_METERED', { host: 'h' });
    expect([1, 100].map((failures) => retryDelayMs(metered, failures, 0))).toEqual([
      10_000, 10_000,
    ]);
  });

  it('waits as long as the server wishes', () => {
    expect(retryDelayMs(limited(90_000), 1, 0)).toBe(90_000);
    expect(retryDelayMs(limited(undefined), 1, 0)).toBe(250);
  });

  it('never repeats what would fail again', () => {
    const full = new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
    const wrong = new ModelError('HASH_MISMATCH', { fileName: 'a', expected: 'b', actual: 'c' });
    expect(retryDelayMs(full, 1, 0)).toBeUndefined();
    expect(retryDelayMs(wrong, 1, 0)).toBeUndefined();
  });
});

describe('the rate meter', () => {
  it('says nothing until it has seen half a second', () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(400, 1000);
    expect(meter.bytesPerSecond()).toBeUndefined();
    meter.add(500, 1000);
    expect(meter.bytesPerSecond()).toBe(2000);
  });

  it('forgets what is older than five seconds', () => {
    const meter = createRateMeter();
    for (let second = 0; second <= 20; second += 1) {
      meter.add(second * 1000, second <= 10 ? second * 100 : 1000 + (second - 10) * 1000);
    }
    expect(meter.bytesPerSecond()).toBe(1000);
  });

  it('starts over when the transfer does, and never shows a negative rate', () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(1000, 5000);
    meter.add(2000, 0);
    expect(meter.bytesPerSecond()).toBeUndefined();
    meter.add(3000, 700);
    expect(meter.bytesPerSecond()).toBe(700);
  });

  it('knows no time left without a total or while nothing moves', () => {
    expect(secondsLeft(1000, 100)).toBe(10);
    expect(secondsLeft(undefined, 100)).toBeUndefined();
    expect(secondsLeft(1000, 0)).toBeUndefined();
    expect(secondsLeft(1000, undefined)).toBeUndefined();
  });
});
