import { describe, expect, it, vi } from 'vitest';

import { ModelError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import { createSetbacks } from './setbacks';

const page = new ModelError('NOT_A_MODEL', { host: 'cdn.example', contentType: 'text/html' });
const broken = new ModelError('NET_INTERRUPTED', { host: 'cdn.example' });
const busy = new ModelError('HTTP_RATE_LIMITED', { host: 'cdn.example', retryAfterMs: 90_000 });
const gone = new ModelError('HTTP_NOT_FOUND', { host: 'hub.example', what: 'file' });
const full = new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });

function start() {
  const clock = createManualClock();
  const onWaited = vi.fn();
  const setbacks = createSetbacks({ clock, random: () => 0 }, { landedBytes: 0, onWaited });
  const fail = (error: ModelError) =>
    setbacks.failed(error, { begunAt: setbacks.now(), others: 0 });
  let landedBytes = 0;
  const progress = () => {
    setbacks.landed((landedBytes += 1));
  };
  return { clock, setbacks, fail, progress, onWaited };
}

describe('a failure of one connection', () => {
  it('is the file’s after four bad answers in a row', () => {
    const { fail } = start();
    expect([page, page, page, page].map((error) => fail(error).kind)).toEqual([
      'wait',
      'wait',
      'wait',
      'end',
    ]);
  });

  it('isn’t the file’s while others are under way that may still bring something', () => {
    const { setbacks } = start();
    const failAmong = (others: number) =>
      setbacks.failed(page, { begunAt: setbacks.now(), others }).kind;
    for (let failures = 0; failures < 20; failures += 1) expect(failAmong(1)).toBe('wait');
    expect(failAmong(0)).toBe('end');
  });

  it('is told once, when nothing else moves', () => {
    const { setbacks, fail, clock } = start();
    expect(setbacks.takeNews()).toBeUndefined();
    fail(page);
    clock.advance(50);
    expect(setbacks.takeNews()).toEqual({ error: page, delayMs: 200 });
    expect(setbacks.takeNews()).toBeUndefined();
  });

  it('is the file’s after six breaks in a row', () => {
    const { fail } = start();
    const kinds = Array.from({ length: 6 }, () => fail(broken).kind);
    expect(kinds).toEqual([...Array.from({ length: 5 }, () => 'wait'), 'end']);
  });

  it('is forgotten with the next byte by anybody', () => {
    const { fail, progress } = start();
    for (let failures = 0; failures < 100; failures += 1) {
      expect(fail(page)).toEqual({ kind: 'wait', delayMs: 250 });
      progress();
    }
  });

  it('is one with those that began before it', () => {
    const { setbacks } = start();
    const begun = setbacks.now();
    for (let failures = 0; failures < 8; failures += 1)
      setbacks.failed(broken, { begunAt: begun, others: 7 });
    expect(setbacks.inARow).toBe(1);
  });

  it('is the file’s at once where the hub itself refuses, before anybody was answered', () => {
    expect(start().fail(gone)).toEqual({ kind: 'end' });
    const { setbacks, fail } = start();
    setbacks.answered();
    expect(fail(gone).kind).toBe('wait');
  });

  it('is the file’s at once where it has nothing to do with an answer', () => {
    const { setbacks, progress } = start();
    const begun = setbacks.now();
    setbacks.failed(broken, { begunAt: begun, others: 7 });
    progress();
    expect(setbacks.failed(full, { begunAt: begun, others: 7 })).toEqual({ kind: 'end' });
  });
});

describe('the wait after a failure', () => {
  it('is for all while nobody brings anything', () => {
    const { clock, setbacks, fail, onWaited } = start();
    fail(page);
    expect(setbacks.isWaiting()).toBe(true);
    clock.advance(250);
    expect(setbacks.isWaiting()).toBe(false);
    expect(onWaited).toHaveBeenCalledTimes(1);
  });

  it('is over for the others as soon as one of them brings bytes', () => {
    const { setbacks, fail, onWaited, progress } = start();
    fail(page);
    progress();
    expect(setbacks.isWaiting()).toBe(false);
    expect(onWaited).toHaveBeenCalledTimes(1);
  });

  it('is kept where a server has asked for it', () => {
    const { clock, setbacks, fail, progress } = start();
    fail(busy);
    progress();
    clock.advance(89_999);
    expect(setbacks.isWaiting()).toBe(true);
  });
});

it('bears silence for ten seconds first, and longer the more often that was too short', () => {
  const { setbacks, fail, progress } = start();
  const limits = [0, 1, 2, 3].map(() => {
    const limitMs = setbacks.silenceMs();
    fail(broken);
    return limitMs;
  });
  expect(limits).toEqual([10_000, 20_000, 30_000, 30_000]);
  progress();
  expect(setbacks.silenceMs()).toBe(10_000);
});
