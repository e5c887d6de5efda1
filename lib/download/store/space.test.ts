import { expect, it } from 'vitest';

import { ModelError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import { createMemoryPlatform } from '../../platform/memory/memoryPlatform';
import { createSpace } from './space';

const settled = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** A clock and a signal that know what still waits for them. */
function watched() {
  const clock = createManualClock();
  const timers = new Set<() => void>();
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const spy = (name: 'addEventListener' | 'removeEventListener', note: 'add' | 'delete') => {
    const original = signal[name].bind(signal);
    signal[name] = (type: string, listener: EventListenerOrEventListenerObject) => {
      listeners[note](listener);
      original(type, listener);
    };
  };
  spy('addEventListener', 'add');
  spy('removeEventListener', 'delete');
  const after = (delayMs: number, callback: () => void) => {
    const callOff = clock.after(delayMs, () => {
      timers.delete(callOff);
      callback();
    });
    timers.add(callOff);
    return () => {
      timers.delete(callOff);
      callOff();
    };
  };
  return { clock: { ...clock, after }, controller, timers, listeners };
}

it('leaves nothing behind of its looks for room, whatever ended each', async () => {
  const { clock, controller, timers, listeners } = watched();
  const { files, peers } = createMemoryPlatform();
  let looks = 0;
  const freeBytes = () => {
    looks += 1;
    return Promise.resolve(looks < 40 ? 0 : 10);
  };
  const space = createSpace({ clock, peers, files: { ...files, freeBytes } });
  const error = new ModelError('NO_SPACE', { neededBytes: 10, freeBytes: 0 });
  const waiting = space.untilRoom({ error, folder: 'm' }, controller.signal);
  while (looks < 40) {
    await settled();
    expect(timers.size + listeners.size).toBeLessThanOrEqual(2);
    if (looks % 2 === 0) space.freed();
    else clock.advance(60_000);
    await settled();
  }
  await waiting;
  expect({ timers: timers.size, listeners: listeners.size }).toEqual({ timers: 0, listeners: 0 });
});

it('stops waiting for room as soon as it is told to', async () => {
  const { clock, controller, timers, listeners } = watched();
  const { files, peers } = createMemoryPlatform();
  const full = { ...files, freeBytes: () => Promise.resolve(0) };
  const space = createSpace({ clock, peers, files: full });
  const error = new ModelError('NO_SPACE', { neededBytes: 10, freeBytes: 0 });
  const waiting = space.untilRoom({ error, folder: 'm' }, controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  expect({ timers: timers.size, listeners: listeners.size }).toEqual({ timers: 0, listeners: 0 });
});
