/**
 * What the package that downloads on Android 14 and newer really does: its own Kotlin, run on a JVM against the hub, with
 * thin stand-ins for Android. What is written here, the fakes of `tests/native/fakes` have to do, too.
 */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';

import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { addressOf, startSampleHub, WEIGHTS, weightsBytes } from '../../hub/sample';
import type { Fault } from '../../hub/faults';
import type { Hub } from '../../hub/server';
import { openAndroidPhone, type AndroidPhone, type Download } from './downloads';

const kotlin = inject('kotlin');
const isMissing = 'missing' in kotlin;
const TOTAL_BYTES = WEIGHTS.sizeBytes;
const STALL_BYTES = 50_000;
const MORE_BYTES = 30_000;
const ABOUT = { Authorization: 'Bearer of-a-test' };

let hub: Hub;
let phone: AndroidPhone;
let lastId = 0;

/** Where the hub's own address leads, as the app hands it on. */
async function directUrl(): Promise<string> {
  // On a connection of its own: one that was kept may be over when a slow test has ended.
  const asking = get(addressOf(hub, 'deep/folder/weights.bin'), { agent: false });
  const [{ statusCode, headers }] = (await once(asking, 'response')) as [IncomingMessage];
  asking.destroy();
  if (headers.location === undefined) throw new Error(`The hub answered ${String(statusCode)}.`);
  return headers.location;
}

async function task(headers: Record<string, string> = {}): Promise<Download> {
  lastId += 1;
  const id = `task-${String(lastId)}`;
  const [, start = '0'] = /^bytes=(\d+)-/.exec(headers['Range'] ?? '') ?? [];
  const destination = phone.at(`${id}.${start}-${String(TOTAL_BYTES)}.incoming`);
  return { id, url: await directUrl(), destination, headers };
}

const failOnce = (fault: Fault) => hub.faults.push({ origin: 'cdn', times: 1, fault });

/** Ranges that were asked for, in order; undefined for the whole file. */
const ranges = () =>
  hub.log.filter(({ origin }) => origin === 'cdn').map(({ headers }) => headers.range);

/** Begins a download that falls silent in the middle; its answer begins with the file's first byte unless a range says otherwise. */
async function beginAndStall(headers: Record<string, string> = {}): Promise<Download> {
  const download = await task(headers);
  failOnce({ stallAfter: STALL_BYTES });
  await phone.download(download);
  await untilWritten(download, STALL_BYTES);
  return download;
}

const untilWritten = ({ id }: Download, bytes: number) =>
  phone.until('progress', id, ({ bytesDownloaded }) => bytesDownloaded === bytes);

describe.skipIf(isMissing)(
  `Android’s downloads${isMissing ? `, but ${kotlin.missing}` : ''}`,
  () => {
    beforeAll(async () => {
      if (isMissing) return;
      hub = await startSampleHub();
      phone = openAndroidPhone(kotlin);
    });
    beforeEach(() => {
      hub.reset();
    });
    afterAll(async () => {
      await phone.dispose();
      await hub.close();
    });

    describeAnswers();
    describeParts();
    describeGoingOn();
    describeFailures();
    describeDeaths();
  },
);

function describeAnswers(): void {
  it('tells the length and the answer’s headers when a file begins to come, then how much there is', async () => {
    const download = await task();
    await phone.download(download);
    const begin = await phone.until('begin', download.id);
    expect(begin.expectedBytes).toBe(TOTAL_BYTES);
    // In the server's own spelling: nobody makes one of it.
    expect(Object.keys(begin.headers)).toEqual(
      expect.arrayContaining(['content-length', 'etag', 'accept-ranges']),
    );
    expect(await phone.until('done', download.id)).toMatchObject({
      bytesDownloaded: TOTAL_BYTES,
      bytesTotal: TOTAL_BYTES,
    });
    expect(readFileSync(download.destination)).toEqual(weightsBytes());
    expect(await phone.jobs()).toEqual([]);
  });

  it('removes what has the name before it asks for anything', async () => {
    const download = await task();
    writeFileSync(download.destination, 'what came before');
    failOnce({ holdHead: true });
    await phone.download(download);
    await hub.until(({ state }) => state === 'stalled');
    expect(existsSync(download.destination)).toBe(false);
    hub.release();
    await phone.until('done', download.id);
  });

  it('removes what came, and tells nobody, when it is called off', async () => {
    const { id, destination } = await beginAndStall();
    await phone.stop(id);
    expect(existsSync(destination)).toBe(false);
    expect(await phone.jobs()).toEqual([]);
    const told = phone.events.filter((event) => event.id === id).map(({ event }) => event);
    expect(new Set(told)).toEqual(new Set(['begin', 'progress']));
  });
}

function describeParts(): void {
  it('asks for a range by our header, lands the part alone, and counts it against the whole', async () => {
    const download = await task({ Range: 'bytes=1000-1999' });
    await phone.download(download);
    const begin = await phone.until('begin', download.id);
    expect(begin.expectedBytes).toBe(TOTAL_BYTES);
    expect(begin.headers).toMatchObject({
      'content-range': `bytes 1000-1999/${String(TOTAL_BYTES)}`,
    });
    expect(await phone.until('done', download.id)).toMatchObject({
      bytesDownloaded: 1000,
      bytesTotal: TOTAL_BYTES,
    });
    expect(ranges()).toEqual(['bytes=1000-1999']);
    expect(readFileSync(download.destination)).toEqual(weightsBytes().subarray(1000, 2000));
  });

  it('takes the whole file where a server ignores the range, and only its length tells', async () => {
    const download = await task({ Range: 'bytes=1000-1999' });
    failOnce({ range: null });
    await phone.download(download);
    const begin = await phone.until('begin', download.id);
    expect(Object.keys(begin.headers)).not.toContain('content-range');
    await phone.until('done', download.id);
    expect(statSync(download.destination).size).toBe(TOTAL_BYTES);
  });

  it('puts other bytes behind a part that was paused: its own range takes the place of ours', async () => {
    const download = await beginAndStall({ Range: 'bytes=100000-' });
    await phone.pause(download.id);
    await phone.resume(download);
    await phone.until('done', download.id);
    expect(ranges()).toEqual(['bytes=100000-', `bytes=${String(STALL_BYTES)}-`]);
    const bytes = weightsBytes();
    const mixed = [bytes.subarray(100_000, 150_000), bytes.subarray(STALL_BYTES)];
    expect(readFileSync(download.destination)).toEqual(Buffer.concat(mixed));
  });
}

function describeGoingOn(): void {
  it('goes on behind what lies there after a pause, of whatever version, and begins only once', async () => {
    const download = await beginAndStall(ABOUT);
    await phone.pause(download.id);
    expect(await phone.jobs()).toEqual([]);
    await phone.resume(download);
    await phone.until('done', download.id);
    expect(ranges()).toEqual([undefined, `bytes=${String(STALL_BYTES)}-`]);
    expect(hub.log.at(-1)?.headers).toMatchObject({ authorization: ABOUT.Authorization });
    expect(hub.log.at(-1)?.headers).not.toHaveProperty('if-range');
    expect(readFileSync(download.destination)).toEqual(weightsBytes());
    const begun = phone.events.filter(({ event, id }) => event === 'begin' && id === download.id);
    expect(begun).toHaveLength(1);
  });

  it('starts over in the same file when the whole comes in answer to the rest', async () => {
    const download = await beginAndStall();
    await phone.pause(download.id);
    failOnce({ range: null });
    await phone.resume(download);
    await phone.until('done', download.id);
    expect(readFileSync(download.destination)).toEqual(weightsBytes());
  });

  it('goes on with its headers when the system takes the job’s place away and gives it back', async () => {
    const download = await beginAndStall(ABOUT);
    await phone.stopJob(download.id);
    await phone.until('done', download.id);
    expect(ranges()).toEqual([undefined, `bytes=${String(STALL_BYTES)}-`]);
    expect(hub.log.at(-1)?.headers).toMatchObject({ authorization: ABOUT.Authorization });
    expect(readFileSync(download.destination)).toEqual(weightsBytes());
  });
}

function describeFailures(): void {
  it('ends at the first connection that is lost, keeps what came, and never tries again', async () => {
    const download = await task();
    // By a reset: an early end, which Android's own client refuses, is an end to that of a JVM.
    failOnce({ resetAfter: STALL_BYTES });
    await phone.download(download);
    expect(await phone.until('error', download.id)).toMatchObject({ errorCode: -1 });
    expect(ranges()).toHaveLength(1);
    expect(await phone.jobs()).toEqual([]);
    const bytes = readFileSync(download.destination);
    expect(bytes).toEqual(weightsBytes().subarray(0, bytes.length));
    expect(bytes.length).toBeGreaterThan(0);
  });

  it.each<[string, Fault]>([
    ['in the middle of a body', { stallAfter: STALL_BYTES }],
    ['before an answer', { holdHead: true }],
  ])(
    'tells nobody of a connection that falls silent %s, has its task run for ever, and goes on after a pause',
    async (_, fault) => {
      const download = await task();
      failOnce(fault);
      await phone.download(download);
      await hub.until(({ state }) => state === 'stalled');
      await phone.untilThreadEnds(download.id);
      const told = phone.events.filter((event) => event.id === download.id);
      expect(told.filter(({ event }) => event === 'error' || event === 'done')).toEqual([]);
      expect(await phone.tasks()).toMatchObject([{ id: download.id, isPaused: false }]);
      expect(await phone.jobs()).toEqual([download.id]);
      await phone.pause(download.id);
      await phone.resume(download);
      await phone.until('done', download.id);
      expect(readFileSync(download.destination)).toEqual(weightsBytes());
    },
  );

  it('tells the status of an address that has expired, and has removed what lay there', async () => {
    const download = await task();
    writeFileSync(download.destination, 'what came before');
    hub.expireSignatures();
    await phone.download(download);
    expect(await phone.until('error', download.id)).toMatchObject({ errorCode: 403 });
    expect(existsSync(download.destination)).toBe(false);
  });

  it('keeps what had come of a file whose address expires while it is paused', async () => {
    const download = await beginAndStall();
    await phone.pause(download.id);
    hub.expireSignatures();
    await phone.resume(download);
    expect(await phone.until('error', download.id)).toMatchObject({ errorCode: 403 });
    expect(readFileSync(download.destination)).toEqual(weightsBytes().subarray(0, STALL_BYTES));
  });
}

function describeDeaths(): void {
  describe('after the app’s process died, where nobody but the package looks after its jobs', () => {
    it('begin again from nothing, without our headers', async () => {
      const download = await beginAndStall({ ...ABOUT, Range: 'bytes=100000-' });
      await phone.die('package');
      await phone.until('done', download.id);
      expect(ranges()).toEqual(['bytes=100000-', undefined]);
      expect(hub.log.at(-1)?.headers).not.toHaveProperty('authorization');
      expect(readFileSync(download.destination)).toEqual(weightsBytes());
    });

    it('make a file too long where they had been paused before', async () => {
      const download = await stallAgainAfterPause();
      await phone.die('package');
      // Of what it wrote too much, the last event says nothing.
      expect((await phone.until('done', download.id)).bytesDownloaded).toBe(TOTAL_BYTES);
      expect(ranges()).toEqual([undefined, 'bytes=50000-', 'bytes=50000-']);
      const bytes = weightsBytes();
      const mixed = [bytes.subarray(0, STALL_BYTES + MORE_BYTES), bytes.subarray(STALL_BYTES)];
      expect(readFileSync(download.destination)).toEqual(Buffer.concat(mixed));
    });
  });

  describe('after the app’s process died, where our provider remembers what came', () => {
    it('go on behind the last byte, however often, and ask for no compression', async () => {
      const download = await beginAndStall();
      failOnce({ stallAfter: MORE_BYTES });
      await phone.die();
      await untilWritten(download, STALL_BYTES + MORE_BYTES);
      await phone.die();
      await phone.until('done', download.id);
      expect(ranges()).toEqual([undefined, 'bytes=50000-', 'bytes=80000-']);
      expect(hub.log.at(-1)?.headers).toMatchObject({ 'accept-encoding': 'identity' });
      expect(readFileSync(download.destination)).toEqual(weightsBytes());
    });

    it('go on in the middle of the file where a rest begins there, and count from the file’s beginning', async () => {
      const download = await beginAndStall({ Range: 'bytes=100000-' });
      await phone.die();
      expect((await phone.until('done', download.id)).bytesDownloaded).toBe(TOTAL_BYTES);
      expect(ranges()).toEqual(['bytes=100000-', 'bytes=150000-']);
      expect(readFileSync(download.destination)).toEqual(weightsBytes().subarray(100_000));
    });

    it('ask for the same rest where not a byte of it had come', async () => {
      const download = await task({ Range: 'bytes=100000-' });
      failOnce({ holdHead: true });
      await phone.download(download);
      await hub.until(({ state }) => state === 'stalled');
      await phone.die();
      await phone.until('done', download.id);
      expect(ranges()).toEqual(['bytes=100000-', 'bytes=100000-']);
      expect(readFileSync(download.destination)).toEqual(weightsBytes().subarray(100_000));
    });

    it('go on behind the last byte where they had been paused before', async () => {
      const download = await stallAgainAfterPause();
      await phone.die();
      await phone.until('done', download.id);
      expect(ranges().at(-1)).toBe('bytes=80000-');
      expect(readFileSync(download.destination)).toEqual(weightsBytes());
    });

    it('begin with their own headers where they had only waited for a network', async () => {
      const download = await task({ ...ABOUT, Range: 'bytes=1000-1999' });
      await phone.loseNetwork();
      await phone.download(download);
      await phone.die();
      await phone.until('done', download.id);
      expect(ranges()).toEqual(['bytes=1000-1999']);
      expect(hub.log.at(-1)?.headers).toMatchObject({ authorization: ABOUT.Authorization });
    });

    it('keep what came when its address has expired meanwhile', async () => {
      const download = await beginAndStall();
      hub.expireSignatures();
      await phone.die();
      expect(await phone.until('error', download.id)).toMatchObject({ errorCode: 403 });
      expect(readFileSync(download.destination)).toEqual(weightsBytes().subarray(0, STALL_BYTES));
    });
  });
}

async function stallAgainAfterPause(): Promise<Download> {
  const download = await beginAndStall();
  await phone.pause(download.id);
  failOnce({ stallAfter: MORE_BYTES });
  await phone.resume(download);
  await untilWritten(download, STALL_BYTES + MORE_BYTES);
  return download;
}
