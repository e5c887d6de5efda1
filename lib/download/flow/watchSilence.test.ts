import { beforeEach, describe, expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { abortError, ModelError } from '../../errors';
import { createManualClock, type ManualClock } from '../../platform/memory/manualClock';
import { watchSilence, type Patience, type Watch } from './watchSilence';

const PATIENCE: Patience = { silentMs: 30_000, floorMs: 60_000, floorBytes: 1000 };
const URL = 'https://hub.example/api';
const stalled = (waitedMs: number, receivedBytes: number) => ({
  ...{ code: 'NET_STALLED', details: { host: 'hub.example', waitedMs, receivedBytes } },
});

let clock: ManualClock;
beforeEach(() => {
  clock = createManualClock();
});

/** A request that settles when the test says so, and obeys its signal. */
function begin(outer = new AbortController()) {
  let watch: Watch | undefined;
  let settle: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const request = (given: Watch) => {
    watch = given;
    return new Promise<string>((resolve, reject) => {
      [settle, fail] = [resolve, reject];
      given.signal.addEventListener('abort', () => {
        reject(abortError());
      });
    });
  };
  const done = watchSilence(clock, { url: URL, patience: PATIENCE, request }, outer.signal);
  if (!watch) throw new Error('not asked');
  return {
    ...watch,
    done,
    outer,
    settle: (text: string) => settle(text),
    fail: (error: Error) => fail(error),
  };
}

describe('a request that is watched', () => {
  it('is given up after its silence, and not before', async () => {
    const { done, signal } = begin();
    clock.advance(29_999);
    expect(signal.aborted).toBe(false);
    clock.advance(1);
    expect(await rejectionOf(done)).toMatchObject(stalled(30_000, 0));
  });

  it('has as long again after each sign of life', async () => {
    const { done, onProgress, settle } = begin();
    clock.advance(29_000);
    onProgress(1000);
    clock.advance(29_000);
    settle('all of it');
    expect(await done).toBe('all of it');
  });

  it('is given up when it drips', async () => {
    const { done, onProgress } = begin();
    for (let seconds = 10; seconds <= 60; seconds += 10) {
      onProgress(seconds);
      clock.advance(10_000);
    }
    expect(await rejectionOf(done)).toMatchObject(stalled(60_000, 60));
  });

  it('may take for ever while it moves', async () => {
    const { done, onProgress, settle } = begin();
    for (let minutes = 1; minutes <= 60; minutes += 1) {
      for (let part = 1; part <= 3; part += 1) {
        clock.advance(20_000);
        onProgress(minutes * 1000 + part);
      }
    }
    settle('a long text');
    expect(await done).toBe('a long text');
  });

  it('is one that was called off, whatever came first, when somebody asked for that', async () => {
    const { done, outer } = begin();
    outer.abort();
    expect(await rejectionOf(done)).toMatchObject({ name: 'AbortError' });
    const late = begin();
    clock.advance(30_000);
    late.outer.abort();
    expect(await rejectionOf(late.done)).toMatchObject({ name: 'AbortError' });
  });

  it('keeps a failure of its own', async () => {
    const { done, fail } = begin();
    fail(new ModelError('NET_INTERRUPTED', { host: 'hub.example' }));
    expect(await rejectionOf(done)).toMatchObject({ code: 'NET_INTERRUPTED' });
  });

  it('leaves no timer and no listener behind', async () => {
    const { done, settle, signal, outer } = begin();
    settle('done');
    await done;
    clock.advance(600_000);
    outer.abort();
    expect(signal.aborted).toBe(false);
  });
});
