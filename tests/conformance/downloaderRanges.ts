/** The downloader's suite: going on, and several ranges of one file. */
import { expect, it } from 'vitest';

import type { FileAnswer } from '../../lib/platform/types';
import type { Fault } from '../hub/faults';
import { expectAbort, expectCode } from './expectFailure';
import { expectWhole, fetchLarge, fetchPart, type Current } from './downloaderSubject';

export function describeResuming(current: Current): void {
  it('keeps its bytes when the connection drops and resumes from them', async () => {
    const { hub, large, handsOver } = current();
    const kept = await fetchPart(current());
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(100_000);
    await hub.forget();

    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
    // Whoever hands over asks for the first byte itself.
    const askedBytes = handsOver ? 1 : 0;
    expect(await hub.bodyBytesSent()).toBe(large.sizeBytes - kept + askedBytes);
  });

  it('starts over, and says so, when the server ignores the range', async () => {
    const kept = await fetchPart(current());
    await current().hub.order({ times: 1, fault: { range: null } });
    const offsets: number[] = [];
    const onAnswer = ({ offsetBytes }: FileAnswer) => offsets.push(offsetBytes);
    await fetchLarge(current(), { offsetBytes: kept, onAnswer });
    await expectWhole(current());
    expect(offsets).toEqual([0]);
  });

  it('refuses the whole file where only the range may come, and keeps what is here', async () => {
    const kept = await fetchPart(current());
    await current().hub.order({ times: 1, fault: { range: null } });
    const attempt = { offsetBytes: kept, acceptsWhole: false };
    await expectCode(fetchLarge(current(), attempt), 'RANGE_INVALID');
    await fetchLarge(current(), attempt);
    await expectWhole(current());
  });

  it('is done when the server says that nothing is left', async () => {
    await fetchLarge(current());
    const { sizeBytes } = current().large;
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await fetchLarge(current(), { offsetBytes: sizeBytes, onAnswer });
    expect(answers).toEqual([
      expect.objectContaining({
        offsetBytes: sizeBytes,
        endBytes: sizeBytes,
        totalBytes: sizeBytes,
      }),
    ]);
    await expectWhole(current());
  });
}

export function describeRanges(current: Current): void {
  it('brings one range to its place and touches nothing else', async () => {
    const { large, hub } = current();
    await fetchLarge(current());
    await hub.forget();
    const seen: number[] = [];
    const answers: FileAnswer[] = [];
    await fetchLarge(current(), {
      offsetBytes: 1000,
      endBytes: 300_000,
      onAnswer: (answer) => answers.push(answer),
      onProgress: (endBytes) => seen.push(endBytes),
    });
    expect(await hub.bodyBytesSent()).toBe(299_000);
    expect(seen.at(-1)).toBe(300_000);
    expect(answers).toEqual([
      expect.objectContaining({
        offsetBytes: 1000,
        endBytes: 300_000,
        totalBytes: large.sizeBytes,
      }),
    ]);
    await expectWhole(current());
  });

  it('brings ranges of one file side by side, in whatever order they come', async () => {
    const { large } = current();
    const starts = [400_000, 0, 500_000, 200_000];
    const ends = new Map([
      [0, 200_000],
      [200_000, 400_000],
      [400_000, 500_000],
      [500_000, large.sizeBytes],
    ]);
    await Promise.all(
      starts.map((offsetBytes) => {
        const endBytes = ends.get(offsetBytes) ?? large.sizeBytes;
        return fetchLarge(current(), { offsetBytes, endBytes });
      }),
    );
    await expectWhole(current());
  });

  it('says where the file really lies, and can be asked there', async () => {
    const { large, hub } = current();
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await fetchLarge(current(), { endBytes: 100_000, onAnswer });
    const direct = answers[0]?.url ?? '';
    expect(new URL(direct).origin).not.toBe(new URL(large.url).origin);
    expect(answers[0]?.maxConnections).toBeGreaterThan(0);
    await hub.order({ origin: 'hub', fault: { status: 500 } });
    await fetchLarge(current(), { url: direct, offsetBytes: 100_000 });
    await expectWhole(current());
  });

  it('leaves one range alone when another is stopped', async ({ skip }) => {
    if (current().handsOver)
      return skip('the system was handed the whole file, and is the only one');
    await current().hub.order({ times: 1, fault: { stallAfter: 50_000 } });
    const stopping = new AbortController();
    const stalled = fetchLarge(current(), { endBytes: 300_000, signal: stopping.signal });
    await current().hub.untilHeld();
    const other = fetchLarge(current(), { offsetBytes: 300_000 });
    stopping.abort();
    await expectAbort(stalled);
    await other;
    await fetchLarge(current(), { endBytes: 300_000 });
    await expectWhole(current());
  });

  it('writes nothing more once it has let a range go', async ({ skip }) => {
    if (current().handsOver) return skip('what was handed over is in no file before its end');
    await fetchLarge(current());
    const { sizeBytes } = current().large;
    // Wrong bytes, and more of them on their way than were written when it is stopped.
    const flipBitsAt = Array.from({ length: 100 }, (_, place) =>
      Math.floor((place * sizeBytes) / 100),
    );
    await current().hub.order({ times: 1, fault: { flipBitsAt, bytesPerSecond: 2_000_000 } });
    const stopping = new AbortController();
    const onProgress = () => {
      stopping.abort();
    };
    await expectAbort(
      fetchLarge(current(), { endBytes: sizeBytes, signal: stopping.signal, onProgress }),
    );
    await fetchLarge(current());
    await expectWhole(current());
  });

  it('keeps under the rate that it is given', async () => {
    const { downloader } = current();
    downloader.setRateLimit(300_000);
    const startedAtMs = performance.now();
    try {
      await fetchLarge(current(), { endBytes: 300_000 });
    } finally {
      downloader.setRateLimit(undefined);
    }
    // Half of what it has to take: what the first reads brought isn't waited for.
    expect(performance.now() - startedAtMs).toBeGreaterThan(500);
    await fetchLarge(current());
    await expectWhole(current());
  });
}

export function describeVersions(current: Current): void {
  /** What an answer to a range says of its version. */
  const told = async (fault: Fault, versions?: readonly string[]) => {
    await fetchLarge(current());
    await current().hub.order({ times: 1, origin: 'cdn', fault });
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    const range = { offsetBytes: 1000, endBytes: 2000 };
    await fetchLarge(current(), { ...range, onAnswer, ...(versions && { versions }) });
    const [answer] = answers;
    return answer ?? { versions: undefined, offsetBytes: undefined };
  };
  const DAY = 'Wed, 01 Jan 2025 00:00:00 GMT';

  it('tells by which names the version of an answer is known', async () => {
    const { versions: first } = await told({});
    const { versions: again } = await told({});
    const { versions: other } = await told({ upload: 'second' });
    expect(first).not.toEqual([]);
    expect(again).toEqual(first);
    const etags = (names: readonly string[] = []) =>
      names.filter((name) => name.startsWith('etag'));
    expect(etags(other)).not.toEqual([]);
    expect(etags(first)).not.toEqual(etags(other));
  });

  it.each([
    ['a weak ETag', { headers: { etag: 'W/"1"' } }],
    ['a date as fresh as the answer', { headers: { etag: null, 'last-modified': DAY, date: DAY } }],
    ['neither an ETag nor a date', { headers: { etag: null } }],
  ])('takes no name from %s', async (_, fault) => {
    const { versions } = await told(fault);
    expect(versions?.filter((name) => !name.startsWith('linked'))).toEqual([]);
  });

  it('never passes another version off as the one that was asked for', async () => {
    const { versions } = await told({});
    const other = await told({ upload: 'second' }, versions);
    expect(other.versions).not.toEqual(versions);
  });
}
