/** What every host's downloader has to do, against a hub that answers wrongly on order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type {
  Downloader,
  FileAnswer,
  TextAnswer,
  TextEvents,
  TextRequest,
} from '../../lib/platform/types';
import { expectAbort, expectCode } from './expectFailure';
import { describeWrongAnswers, describeWrongBodies } from './downloaderFaults';
import { describeRangesInMemory } from './downloaderMemory';
import { describeRanges, describeResuming, describeVersions } from './downloaderRanges';
import {
  PATH,
  expectWhole,
  fetchLarge,
  sha256Of,
  type Current,
  type DownloaderSubject,
} from './downloaderSubject';

export function describeDownloader(name: string, create: () => Promise<DownloaderSubject>): void {
  describe(`Downloader: ${name}`, () => {
    let subject: DownloaderSubject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => {
      await subject.dispose();
    });

    const current = () => subject;
    describeWholeFiles(current);
    describeResuming(current);
    describeRanges(current);
    describeVersions(current);
    describeWrongAnswers(current);
    describeWrongBodies(current);
    describeStopping(current);
    describeTexts(current);
    describeRangesInMemory(current);
    describeBundles(current);
  });
}

function describeWholeFiles(current: Current): void {
  it('brings every byte of a file that lies on another origin', async () => {
    const seen: number[] = [];
    const onProgress = (receivedBytes: number) => seen.push(receivedBytes);
    await fetchLarge(current(), { onProgress });
    await expectWhole(current());
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(current().large.sizeBytes);
  });

  it('takes the size from the server where nobody stated one', async () => {
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await fetchLarge(current(), { expectedBytes: undefined, onAnswer });
    expect(answers).toEqual([
      expect.objectContaining({ offsetBytes: 0, totalBytes: current().large.sizeBytes }),
    ]);
    await expectWhole(current());
  });

  it('follows a relative redirect to a small file', async () => {
    const { digester, small } = current();
    await fetchLarge(current(), { url: small.url, expectedBytes: small.sizeBytes });
    expect(await sha256Of(digester, small.sizeBytes)).toBe(small.sha256);
  });

  it('cuts off what lies past the end of the file', async () => {
    const { files, large } = current();
    await files.writeText(PATH, 'x'.repeat(large.sizeBytes + 1000));
    await fetchLarge(current());
    await expectWhole(current());
  });

  it('refuses a path outside the store', async () => {
    await expectCode(fetchLarge(current(), { path: '../weights' }), 'NAME_INVALID');
    expect(await current().files.list('')).toEqual([]);
  });
}

function describeStopping(current: Current): void {
  it('asks nobody when it was stopped before', async () => {
    await expectAbort(fetchLarge(current(), { signal: AbortSignal.abort() }));
    expect(await current().hub.bodyBytesSent()).toBe(0);
    expect(await current().files.list('')).toEqual([]);
  });

  it('stops in the middle, keeps its bytes and lets the file go at once', async ({ skip }) => {
    if (current().handsOver)
      return skip('a file that was handed over shows nothing before its end');
    await current().hub.order({ times: 1, fault: { stallAfter: 100_000 } });
    const stopping = new AbortController();
    let kept = 0;
    const onProgress = (endBytes: number) => {
      kept = endBytes;
      stopping.abort();
    };
    await expectAbort(fetchLarge(current(), { signal: stopping.signal, onProgress }));
    expect(kept).toBeLessThanOrEqual(100_000);
    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
  });

  it('stops while it waits for an answer', async () => {
    await current().hub.order({ times: 1, fault: { holdHead: true } });
    const stopping = new AbortController();
    const attempt = fetchLarge(current(), { signal: stopping.signal });
    await current().hub.untilHeld();
    stopping.abort();
    await expectAbort(attempt);
  });
}

function ask(
  downloader: Downloader,
  request: TextRequest,
  {
    onProgress = () => undefined,
    signal = new AbortController().signal,
  }: Partial<TextEvents & { signal: AbortSignal }> = {},
): Promise<TextAnswer> {
  return downloader.fetchText(request, { onProgress }, signal);
}

function describeTexts(current: Current): void {
  const maxBytes = 10_000;

  it('reads a small answer', async () => {
    const { downloader, small } = current();
    const answer = await ask(downloader, { url: small.url, maxBytes: 1_000_000 });
    expect(answer.status).toBe(200);
    expect(new TextEncoder().encode(answer.text)).toHaveLength(small.sizeBytes);
  });

  it('sends a question as JSON', async () => {
    const { downloader, hub } = current();
    const question = hub.questionAboutLarge();
    const answer = await ask(downloader, { ...question, maxBytes });
    expect(JSON.parse(answer.text)).toMatchObject([{ size: current().large.sizeBytes }]);
  });

  it('asks another service about a few bytes, with a token that this service alone gets', async () => {
    const { downloader, hub, large } = current();
    const read = async (request: Omit<TextRequest, 'maxBytes'>) =>
      ask(downloader, { ...request, maxBytes });
    const [named] = JSON.parse((await read(hub.questionAboutLarge())).text) as {
      xetHash: string;
    }[];
    const key = JSON.parse((await read({ url: hub.keyToChunks() })).text) as {
      accessToken: string;
      casUrl: string;
    };
    const token = { value: key.accessToken, endpoint: key.casUrl };
    const url = `${key.casUrl}/v2/reconstructions/${named?.xetHash ?? ''}`;
    const about = { startBytes: large.sizeBytes - 10, endBytes: large.sizeBytes - 9 };
    const found = JSON.parse((await read({ url, token, about })).text) as {
      terms: { unpacked_length: number }[];
      offset_into_first_range: number;
    };
    // The last chunk alone, ten bytes before its end.
    expect(found.terms).toEqual([
      expect.objectContaining({ unpacked_length: found.offset_into_first_range + 10 }),
    ]);
    const elsewhere = { ...token, endpoint: `${key.casUrl}/v1` };
    expect((await read({ url, about, token: elsewhere })).status).toBe(401);
  });

  it('gives an error page back with its status and what it says', async () => {
    const { downloader, small } = current();
    const answer = await ask(downloader, { url: `${small.url}.absent`, maxBytes });
    expect(answer.status).toBe(404);
    expect(answer.headers['x-error-code']).toBe('EntryNotFound');
  });

  it('does not swallow an answer without an end', async () => {
    const { downloader, hub, small } = current();
    await hub.order({ fault: { endless: true } });
    await expectCode(ask(downloader, { url: small.url, maxBytes }), 'HTTP_UNEXPECTED');
  });

  it('says that it is offline when nobody answers a question', async () => {
    const { downloader, deadUrl } = current();
    await expectCode(ask(downloader, { url: deadUrl, maxBytes }), 'NET_OFFLINE');
  });

  it('asks nobody a question when it was stopped before', async () => {
    const { downloader, small } = current();
    const request = { url: small.url, maxBytes };
    await expectAbort(ask(downloader, request, { signal: AbortSignal.abort() }));
  });

  it.each([
    ['before the head', { holdHead: true }],
    ['inside the text', { stallAfter: 10 }],
  ] as const)('stops reading %s when it is told to', async (_, fault) => {
    const { downloader, hub } = current();
    await hub.order({ match: '/api/', bytesOf: 'text', fault });
    const stopping = new AbortController();
    const question = { ...hub.questionAboutLarge(), maxBytes };
    const asking = ask(downloader, question, { signal: stopping.signal });
    await hub.untilHeld();
    stopping.abort();
    await expectAbort(asking);
  });

  it('tells of the head, and of every part of the text', async () => {
    const { downloader, small } = current();
    const seen: number[] = [];
    const onProgress = (receivedBytes: number) => seen.push(receivedBytes);
    await ask(downloader, { url: small.url, maxBytes }, { onProgress });
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(small.sizeBytes);
  });

  it('says that the connection broke when a text stops in the middle', async () => {
    const { downloader, hub } = current();
    await hub.order({ match: '/api/', bytesOf: 'text', fault: { cutAfter: 10 } });
    const question = { ...hub.questionAboutLarge(), maxBytes };
    await expectCode(ask(downloader, question), 'NET_INTERRUPTED');
  });
}

function describeBundles(current: Current): void {
  it('copies a packaged file over whatever has the name', async () => {
    const { downloader, files, bundled } = current();
    await files.writeText(PATH, 'x'.repeat(bundled.sizeBytes + 10));
    await downloader.copyBundled(bundled.requireId, PATH, new AbortController().signal);
    expect(await files.list('')).toEqual([
      expect.objectContaining({ path: PATH, sizeBytes: bundled.sizeBytes }),
    ]);
  });

  it.each(['unknown.gguf', '../package.json', ''])('has no packaged file %j', async (requireId) => {
    const copying = current().downloader.copyBundled(requireId, PATH, new AbortController().signal);
    await expectCode(copying, 'MODEL_MISSING');
  });
}
