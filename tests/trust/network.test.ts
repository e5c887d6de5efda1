import { expect, it } from 'vitest';

import { sum } from '../../lib/download/plan/plan';
import { ModelError } from '../../lib/errors';
import { rejectionOf } from '../conformance/expectFailure';
import { MANY_PIECES, ONE_PIECE } from './nodeScene';
import { PART_BYTES, sceneForEach } from './sceneForEach';
import { large, SIZE, tagged } from './served';

const stage = sceneForEach();

const rangeFrom = (firstByte: number) => `bytes=${firstByte}-${SIZE - 1}`;
/** Twenty places without a pattern, in what is left each time. */
const PLACES = Array.from({ length: 20 }, (_, index) => 70_000 + ((index * 104_729) % 90_000));

const EIGHT_MEBIBYTES = {
  ...ONE_PIECE,
  firstPieceBytes: 8 * 1024 * 1024,
  largestPieceBytes: 8 * 1024 * 1024,
  smallestPieceBytes: 8 * 1024 * 1024,
};

it('N1: goes on from the last byte, twenty times in one download', async () => {
  const { hub } = stage;
  await stage.reopen({ models: [large(hub)], sizes: EIGHT_MEBIBYTES });
  for (const place of PLACES) stage.onFile({ cutAfter: place }, 1);
  await stage.scene.ensure();
  const starts = PLACES.map((_, index) => sum(PLACES.slice(0, index)));
  expect(stage.ranges().slice(0, 20)).toEqual(starts.map((start) => `bytes=${start}-3999999`));
  expect(stage.scene.sentBytes()).toBe(4_000_000);
});

it('N1: loses no more than what was on its way when a connection is reset', async () => {
  await stage.reopen({ models: [large(stage.hub)], sizes: EIGHT_MEBIBYTES });
  for (const place of PLACES.slice(0, 5)) stage.onFile({ resetAfter: place }, 1);
  await stage.scene.ensure();
  expect(stage.scene.sentBytes()).toBeLessThanOrEqual(4_000_000 + sum(PLACES.slice(0, 5)));
});

it('N1: gives up after six failures without a byte, and keeps what it has', async () => {
  await stage.receivePart();
  stage.onFile({ cutAfter: 0 });
  await stage.scene.failure(['NET_INTERRUPTED']);
  expect(stage.ranges()).toEqual(Array(6).fill(rangeFrom(PART_BYTES)));
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
});

it.each([
  ['N2: with no length stated', { finAfter: 100_000, closeDelimited: true }],
  ['N3: with a length that says otherwise', { finAfter: 100_000 }],
] as const)('%s, never takes an early end for the end', async (_, fault) => {
  stage.onFile(fault, 2);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([0, 100_000, 200_000].map(rangeFrom));
  expect(stage.scene.sentBytes()).toBe(SIZE);
});

it('N4, N33: reads no further than the end of the file when a body goes on', async () => {
  stage.onFile({ endless: true });
  // Whole and right when the end of the file was seen apart from what follows it; else nothing is kept.
  const outcome = await rejectionOf(stage.scene.ensure()).catch(() => undefined);
  if (outcome === undefined) expect(stage.scene.state()).toMatchObject({ kind: 'installed' });
  else expect(outcome).toMatchObject({ code: 'LENGTH_MISMATCH' });
  // What the sockets between hold is all that may be sent and not read.
  expect(stage.scene.sentBytes()).toBeLessThan(SIZE + 16 * 1024 * 1024);
});

it('N5: starts over, and never appends, when a server keeps ignoring the range', async () => {
  await stage.receivePart();
  stage.onFile({ range: null });
  stage.mayStepBack(1);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([rangeFrom(PART_BYTES), rangeFrom(PART_BYTES), undefined]);
});

it('N5: gives up no byte for one answer that ignores the range', async () => {
  await stage.receivePart();
  stage.onFile({ range: null }, 1);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([rangeFrom(PART_BYTES), rangeFrom(PART_BYTES)]);
});

it('N5, N43: starts over once when a server ignores ranges while several are under way', async () => {
  const { hub } = stage;
  await stage.reopen({ sizes: MANY_PIECES });
  hub.faults.push({ origin: 'cdn', skip: 5, times: 3, fault: { range: null } });
  stage.mayStepBack(3);
  await stage.scene.ensure();
});

it.each([
  ['its start', { shiftContentRange: { first: 1 } }],
  ['its end', { shiftContentRange: { last: 1 } }],
  ['no Content-Range', { headers: { 'content-range': null } }],
  ['a Content-Range that is none', { headers: { 'content-range': 'bytes 0-/x' } }],
] as const)('N6: takes no byte of a part that is wrong in %s', async (_, fault) => {
  await stage.receivePart();
  stage.onFile(fault, 1);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([rangeFrom(PART_BYTES), rangeFrom(PART_BYTES)]);
  expect(stage.hub.log.filter(({ status }) => status === 206).at(-1)?.bodyBytesSent).toBe(
    SIZE - PART_BYTES,
  );
});

it('N6: asks for the whole file when parts stay wrong', async () => {
  stage.onFile({ shiftContentRange: { first: 1 } }, 2);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([rangeFrom(0), rangeFrom(0), undefined]);
});

it('N6: fails when the file has another size than the one that was promised', async () => {
  stage.onFile({ shiftContentRange: { total: 5 } });
  await stage.scene.failure(['REMOTE_CHANGED']);
});

it('N7: takes no byte of a multipart answer, and keeps what it has', async () => {
  await stage.receivePart();
  stage.onFile({ multipart: true });
  await stage.scene.failure(['NOT_A_MODEL', 'RANGE_INVALID']);
  expect(stage.scene.state()).toMatchObject({ receivedBytes: PART_BYTES });
});

it('N8: takes a part in place of the whole where it begins at the first byte', async () => {
  stage.onFile({ range: 'bytes=0-99999' }, 1);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([rangeFrom(0), rangeFrom(100_000)]);
});

it('N8: refuses a part in place of the whole where it begins elsewhere', async () => {
  stage.onFile({ range: 'bytes=1-' });
  await stage.scene.failure(['RANGE_INVALID']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: 0 });
});

it('N9: asks for nothing when every byte is here and only the install is missing', async () => {
  await stage.reopen({
    change: ({ files }) => ({
      files: {
        ...files,
        move: (from) => Promise.reject(new ModelError('DISK_IO', { path: from, reason: 'killed' })),
      },
    }),
  });
  await stage.scene.failure(['DISK_IO']);
  await stage.reopen();
  stage.hub.reset();
  await stage.scene.ensure();
  expect(stage.hub.log).toEqual([]);
});

it('N9: verifies and asks for nothing when a kill came before the install was begun', async () => {
  await stage.reopen({
    change: ({ files }) => ({
      files: {
        ...files,
        async writeText(path, text) {
          if (!path.endsWith('/model.json')) return files.writeText(path, text);
          throw new ModelError('DISK_IO', { path, reason: 'killed' });
        },
      },
    }),
  });
  await stage.scene.failure(['DISK_IO']);
  await stage.reopen();
  expect(stage.scene.state()).toMatchObject({ kind: 'paused', receivedBytes: SIZE });
  stage.hub.reset();
  await stage.scene.ensure();
  expect(stage.hub.log).toEqual([]);
});

it('N10: says so when the file upstream is smaller now, and throws nothing away for that', async () => {
  await stage.receivePart();
  stage.onFile({ status: 416, headers: { 'content-range': 'bytes */1000' } });
  await stage.scene.failure(['REMOTE_CHANGED']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
});

it.each([
  ['its size', { 'content-range': `bytes */${SIZE}` }],
  ['no size', {}],
])('N11: never takes a 416 inside the file, with %s, for its end', async (_, headers) => {
  await stage.receivePart();
  stage.onFile({ status: 416, headers }, 1);
  await stage.scene.ensure();
  expect(stage.ranges()).toEqual([rangeFrom(PART_BYTES), rangeFrom(PART_BYTES)]);
});

it('N43: shows true progress through restarts and retries, also before a size is known', async () => {
  const { hub } = stage;
  await stage.reopen({
    models: [{ ...tagged(hub), ggufSource: tagged(hub).pteSource }],
    sizes: MANY_PIECES,
  });
  hub.faults.push({ origin: 'cdn', skip: 4, times: 1, fault: { range: null, cutAfter: 90_000 } });
  stage.onFile({ cutAfter: 10_000 }, 5);
  stage.mayStepBack(2);
  await stage.scene.ensure();
  expect(stage.scene.shown.get('tiny')?.filter(({ kind }) => kind === 'downloading')).not.toEqual(
    [],
  );
});
