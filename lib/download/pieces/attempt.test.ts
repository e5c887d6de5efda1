import { expect, it } from 'vitest';

import { abortError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import type { FileEvents } from '../../platform/types';
import { attempt } from './attempt';

const URL = 'https://hub.example/a.gguf';
const SECOND = 1_000;

/** One attempt whose adapter does nothing by itself, and rejects only when the test lets it. */
function start() {
  const clock = createManualClock();
  const outer = new AbortController();
  let events: FileEvents | undefined;
  let inner: AbortSignal | undefined;
  let reject: (error: Error) => void = () => undefined;
  const downloader = {
    fetchFile: (_: unknown, listener: FileEvents, signal: AbortSignal) => {
      [events, inner] = [listener, signal];
      return new Promise<void>((_resolve, refuse) => (reject = refuse));
    },
  };
  const request = {
    ...{ url: URL, path: 'a.part', offsetBytes: 1000, endBytes: undefined },
    ...{ expectedBytes: undefined, acceptsWhole: true, isRest: true, versions: undefined },
  };
  const ignored = () => undefined;
  const ended = attempt(
    { downloader: downloader as never, clock },
    {
      request,
      silenceMs: 10 * SECOND,
      onAnswer: ignored,
      onProgress: ignored,
      onUnderway: ignored,
    },
    outer.signal,
  ).catch((error: unknown) => error);
  return {
    ...{ clock, ended, outer },
    isGivenUp: () => inner?.aborted,
    reach: (endBytes: number) => events?.onProgress(endBytes),
    answer: () =>
      events?.onAnswer({
        ...{ offsetBytes: 0, endBytes: undefined, totalBytes: undefined, url: URL },
        ...{ maxConnections: 1, isHandedOver: false, versions: [] },
      }),
    release: () => {
      reject(abortError());
    },
  };
}

it('says for how long nothing came', async () => {
  const { clock, ended, release, reach, isGivenUp } = start();
  clock.advance(9 * SECOND);
  reach(2000);
  clock.advance(9 * SECOND);
  expect(isGivenUp()).toBe(false);
  clock.advance(SECOND);
  expect(isGivenUp()).toBe(true);
  release();
  expect(await ended).toMatchObject({
    code: 'NET_STALLED',
    details: { host: 'hub.example', waitedMs: 10 * SECOND, receivedBytes: 0 },
  });
});

it('says of a trickle how little came, and in how long', async () => {
  const { clock, ended, release, reach } = start();
  for (let second = 1; second < 120; second += 1) {
    clock.advance(SECOND);
    reach(1000 + second);
  }
  clock.advance(SECOND);
  release();
  expect(await ended).toMatchObject({
    code: 'NET_STALLED',
    details: { waitedMs: 120 * SECOND, receivedBytes: 119 },
  });
});

it('counts what came, also when the server began elsewhere', async () => {
  const { clock, ended, release, answer, reach } = start();
  answer();
  for (let second = 1; second < 120; second += 1) {
    clock.advance(SECOND);
    reach(second);
  }
  clock.advance(SECOND);
  release();
  expect(await ended).toMatchObject({ details: { receivedBytes: 119 } });
});

it('stays stalled when the adapter lets go long after, as one that slept does', async () => {
  const { clock, ended, release } = start();
  // Both limits are due before the adapter has a turn.
  clock.advance(3_600 * SECOND);
  release();
  expect(await ended).toMatchObject({ code: 'NET_STALLED', details: { receivedBytes: 0 } });
});

it('doesn’t call a stop that was asked for a stall', async () => {
  const { clock, ended, release, outer, isGivenUp } = start();
  outer.abort();
  expect(isGivenUp()).toBe(true);
  release();
  expect(await ended).toMatchObject({ name: 'AbortError' });
  clock.advance(3_600 * SECOND);
});
