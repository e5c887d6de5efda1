import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isModelError } from '../../../errors';
import { createAnswerReader, type AnswerReader } from './answerReader';
import { MAX_HEAD_BYTES, type HttpHead } from './httpHead';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

interface Outcome {
  head?: HttpHead;
  body: string;
  error?: unknown;
  /** Whether another request may follow; undefined while the body isn't complete. */
  isClean?: boolean;
}

/** Feeds an answer in steps of these sizes, again and again, as a socket would; then the connection ends. */
async function read(text: string, steps: readonly number[] = [Infinity], roomBytes = 7) {
  const outcome: Outcome = { body: '' };
  const reader = createAnswerReader({
    host: 'hub.example',
    onComplete: (isClean) => (outcome.isClean = isClean),
  });
  const asked = reader.readHead().then(
    (head) => {
      outcome.head = head;
      feed(reader, () => reader.pour(sinkFor(outcome, roomBytes)));
    },
    (error: unknown) => (outcome.error = error),
  );
  const bytes = Buffer.from(text, 'latin1');
  let room = reader.nextRoom();
  for (let at = 0, step = 0; at < bytes.length; step += 1) {
    const most = Math.max(1, steps[step % steps.length] ?? 1);
    const copied = bytes.subarray(at, at + most).copy(room);
    at += copied;
    if (!feed(reader, () => reader.received(copied))) await Promise.resolve();
    room = reader.nextRoom();
  }
  reader.ended();
  await asked;
  return outcome;
}

function feed(reader: AnswerReader, step: () => boolean): boolean {
  try {
    return step();
  } catch (error) {
    reader.fail(error as Error);
    return false;
  }
}

function sinkFor(outcome: Outcome, roomBytes: number) {
  const room = Buffer.alloc(roomBytes);
  return {
    room: () => room,
    took(bytes: number) {
      outcome.body += room.toString('latin1', 0, bytes);
      return true;
    },
    end: (error?: Error) => (outcome.error = error),
  };
}

describe('answerReader', () => {
  it.each([
    ['a length', `${HEAD}Content-Length: 11\r\n\r\nhello world`, true],
    ['chunks', `${CHUNKED}5\r\nhello\r\n06;x=y\r\n world\r\n0\r\n\r\n`, true],
    ['chunks with a trailer', `${CHUNKED}b\r\nhello world\r\n0\r\nX-Sum: 1\r\n\r\n`, true],
    ['the end of the connection', `${HEAD}\r\nhello world`, false],
    [
      'a length, after announcements',
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${HEAD}Content-Length: 11\r\n\r\nhello world`,
      true,
    ],
  ])('finds the same body by %s, however the bytes come', async (_, text, isClean) => {
    const steps = fc.array(fc.nat(40), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 20 }), async (sizes, roomBytes) => {
        const outcome = await read(text, sizes, roomBytes);
        expect(outcome).toMatchObject({ body: 'hello world', isClean });
        expect(outcome.error).toBeUndefined();
        expect(outcome.head?.status).toBe(200);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a connection that is to close', 'Content-Length: 2\r\nConnection: foo, Close\r\n\r\nhi'],
    ['more than was announced', 'Content-Length: 2\r\n\r\nhi there'],
  ])('asks nothing more after %s', async (_, rest) => {
    expect(await read(HEAD + rest)).toMatchObject({ body: 'hi', isClean: false });
  });

  it.each([
    ['a length', `${HEAD}Content-Length: 11\r\n\r\nhello`],
    ['chunks', `${CHUNKED}b\r\nhello`],
    ['chunks without the last', `${CHUNKED}5\r\nhello\r\n`],
  ])('takes an early end for no end where there are %s', async (_, text) => {
    const outcome = await read(text);
    expect(outcome).toMatchObject({ body: 'hello', error: expect.any(Error) });
    expect(outcome.isClean).toBeUndefined();
  });

  it.each([
    ['something else than HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['another major version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a protocol of its own', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a folded line', `${HEAD}A: 1\r\n b\r\n\r\n`],
    ['a blank before the colon', `${HEAD}Content-Length : 5\r\n\r\n`],
    ['a header without a name', `${HEAD}: 5\r\n\r\n`],
    ['a bare line feed', `${HEAD}A: 1\nContent-Length: 5\r\n\r\n`],
    ['a zero', `${HEAD}A: \0\r\n\r\n`],
    ['two lengths', `${HEAD}Content-Length: 5\r\nContent-Length: 5\r\n\r\n`],
    ['a length and chunks', `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['two places', 'HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\n\r\n'],
    ['a signed length', `${HEAD}Content-Length: +5\r\n\r\n`],
    ['a list of lengths', `${HEAD}Content-Length: 5, 5\r\n\r\n`],
    ['an encoding inside of chunks', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['a head without an end', `${HEAD}A: ${'x'.repeat(MAX_HEAD_BYTES)}`],
    ['announcements without an end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9)],
    ['a chunk without a size', `${CHUNKED}\r\nhello`],
    ['a chunk of a negative size', `${CHUNKED}-5\r\nhello`],
    ['a chunk of an endless size', `${CHUNKED}${'0'.repeat(2000)}`],
    ['a chunk past what can be counted', `${CHUNKED}20000000000000\r\n`],
    ['a chunk longer than its size', `${CHUNKED}2\r\nhello\r\n0\r\n\r\n`],
    ['a chunk with a bare line feed', `${CHUNKED}5\nhello\r\n0\r\n\r\n`],
    ['trailers without an end', `${CHUNKED}0\r\n${'a: b\r\n'.repeat(65)}\r\n`],
  ])('refuses %s', async (_, text) => {
    const outcome = await read(text, [33]);
    expect(isModelError(outcome.error) && outcome.error.code).toBe('HTTP_UNEXPECTED');
    expect(outcome.isClean).toBeUndefined();
  });

  it('joins headers of one name, and takes names in any case', async () => {
    const { head } = await read(`${HEAD}Vary: a\r\nVARY:b\r\nContent-Length: 0\r\n\r\n`);
    expect(head?.headers.get('vary')).toBe('a, b');
  });

  it.each([204, 304])('expects no body of a %i', async (status) => {
    const outcome = await read(`HTTP/1.1 ${status} None\r\nContent-Length: 5\r\n\r\n`);
    expect(outcome).toMatchObject({ body: '', isClean: true });
  });

  it('survives any bytes', async () => {
    const piece = fc.constantFrom(HEAD, 'A: b\r\n', '\r\n', 'Content-Length: 3\r\n', '5\r\n', '\0');
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(piece, fc.string())).map((all) => all.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (bytes) => {
        const { error, isClean } = await read(bytes, [5]);
        expect(error instanceof Error || isClean !== undefined).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
