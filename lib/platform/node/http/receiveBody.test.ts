import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { BodySink } from './answerReader';
import { receiveBody } from './receiveBody';
import { createSlabs, SLAB_BYTES } from './slabs';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function scene() {
  const written: string[] = [];
  const noted: number[] = [];
  let positionBytes = 0;
  const writer = {
    get positionBytes() {
      return positionBytes;
    },
    write(bytes: Uint8Array) {
      written.push(Buffer.from(bytes).toString('latin1'));
      positionBytes += bytes.length;
    },
    truncate: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  let sink: BodySink | undefined;
  const body = {
    pour(into: BodySink) {
      sink = into;
    },
    resume: () => undefined,
    destroy: () => undefined,
  };
  const pausing = new AbortController();
  const ended = receiveBody({
    body,
    host: 'h',
    writer,
    slabs: createSlabs(),
    limiter: { set: () => undefined, delayMs: () => 0 },
    limitBytes: Infinity,
    tooLong: () => new Error('too long'),
    onProgress: (endBytes) => noted.push(endBytes),
    signal: pausing.signal,
  });
  ended.catch(() => undefined);
  return {
    written,
    noted,
    ended,
    pausing,
    bring(text: string) {
      const room = sink?.room();
      room?.write(text, 'latin1');
      sink?.took(text.length);
    },
    end: (error?: Error) => sink?.end(error),
  };
}

test('a trickle is written and told within a tenth of a second, again and again', () => {
  const { bring, written, noted } = scene();
  bring('a');
  vi.advanceTimersByTime(60);
  bring('b');
  expect(written).toEqual([]);
  vi.advanceTimersByTime(40);
  expect(written).toEqual(['ab']);
  bring('c');
  vi.advanceTimersByTime(100);
  expect(written).toEqual(['ab', 'c']);
  expect(noted).toEqual([2, 3]);
});

test('what follows a full slab waits no longer than a tenth of a second either', () => {
  const { bring, noted } = scene();
  bring('a'.repeat(SLAB_BYTES));
  expect(noted).toEqual([SLAB_BYTES]);
  bring('b');
  vi.advanceTimersByTime(100);
  expect(noted).toEqual([SLAB_BYTES, SLAB_BYTES + 1]);
});

test('what follows a write waits a tenth of a second of its own, and is no reason for a write before', () => {
  const { bring, noted } = scene();
  bring('a');
  vi.advanceTimersByTime(90);
  bring('a'.repeat(SLAB_BYTES - 1));
  expect(noted).toEqual([SLAB_BYTES]);
  vi.advanceTimersByTime(5);
  bring('b');
  vi.advanceTimersByTime(99);
  expect(noted).toEqual([SLAB_BYTES]);
  vi.advanceTimersByTime(1);
  expect(noted).toEqual([SLAB_BYTES, SLAB_BYTES + 1]);
});

test('what came before the end, a pause or a failure is written before anybody hears of that', async () => {
  const whole = scene();
  whole.bring('end');
  whole.end();
  await whole.ended;
  expect(whole.written).toEqual(['end']);

  const paused = scene();
  paused.bring('pause');
  paused.pausing.abort();
  await expect(paused.ended).rejects.toThrow('aborted');
  expect(paused.written).toEqual(['pause']);

  const broken = scene();
  broken.bring('broken');
  broken.end(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  await expect(broken.ended).rejects.toMatchObject({ code: 'NET_INTERRUPTED' });
  expect(broken.written).toEqual(['broken']);
  expect(vi.getTimerCount()).toBe(0);
});
