import { expect, test, vi } from 'vitest';

import { createPacer } from './pacer';

function scene() {
  let nowMs = 0;
  let timers: { atMs: number; callback: () => void }[] = [];
  const clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs: number, callback: () => void) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const act = vi.fn();
  return {
    act,
    pacer: createPacer(clock, act),
    pass(ms: number) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { callback } of due) callback();
    },
  };
}

test('acts at once the first time, and once for all that follows within a tenth of a second', () => {
  const { act, pacer, pass } = scene();
  for (let told = 0; told < 1000; told += 1) pacer.soon();
  expect(act).toHaveBeenCalledTimes(1);
  pass(100);
  expect(act).toHaveBeenCalledTimes(2);
});

test('acts on the last of a burst though nothing follows it', () => {
  const { act, pacer, pass } = scene();
  pacer.soon();
  pass(40);
  pacer.soon();
  pass(59);
  expect(act).toHaveBeenCalledTimes(1);
  pass(1);
  expect(act).toHaveBeenCalledTimes(2);
});

test('acts no more once it is called off', () => {
  const { act, pacer, pass } = scene();
  pacer.soon();
  pacer.soon();
  pacer.callOff();
  pass(1000);
  expect(act).toHaveBeenCalledTimes(1);
});

test('acts now whenever it is told so, instead of soon', () => {
  const { act, pacer, pass } = scene();
  pacer.soon();
  pacer.soon();
  pacer.now();
  pass(1000);
  expect(act).toHaveBeenCalledTimes(2);
});
