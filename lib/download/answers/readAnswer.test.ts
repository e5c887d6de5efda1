import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isModelError } from '../../errors';
import { readAnswer } from './readAnswer';

const TOTAL = 1000;
const request = (offsetBytes: number, expectedBytes: number | undefined = TOTAL) => ({
  url: 'https://hub.example/a.gguf',
  path: 'a.gguf.part',
  offsetBytes,
  endBytes: undefined,
  expectedBytes,
  acceptsWhole: true,
  isRest: true,
  versions: undefined,
});
const head = (status: number, headers: Record<string, string> = {}) => ({
  status,
  url: 'https://cdn.example/a.gguf',
  header: (name: string) => headers[name],
});
const part = (range: string) => head(206, { 'content-range': range });

describe('readAnswer accepts', () => {
  it.each([
    ['a 206 from where it was asked', request(400), part('bytes 400-999/1000'), 400, TOTAL],
    ['a 206 whose total is hidden', request(400), part('bytes 400-999/*'), 400, TOTAL],
    ['a 206 to a first request', request(0), part('bytes 0-999/1000'), 0, TOTAL],
    ['a 200 to a first request', request(0), head(200, { 'content-length': '1000' }), 0, TOTAL],
    [
      'a 200 to a range, from the start',
      request(400),
      head(200, { 'content-length': '1000' }),
      0,
      TOTAL,
    ],
    ['a 200 without a length', request(400), head(200), 0, TOTAL],
    ['a 200 with an absurd length', request(0), head(200, { 'content-length': '-7' }), 0, TOTAL],
  ])('%s', (_, asked, answer, offsetBytes, totalBytes) => {
    expect(readAnswer(asked, answer)).toMatchObject({ kind: 'body', offsetBytes, totalBytes });
  });

  it.each([
    ['all that was asked for', 'bytes 400-499/1000', 500],
    ['less than was asked for', 'bytes 400-449/1000', 450],
  ])('a piece with %s', (_, range, endBytes) => {
    const meaning = readAnswer({ ...request(400), endBytes: 500 }, part(range));
    expect(meaning).toEqual({ kind: 'body', offsetBytes: 400, endBytes, totalBytes: TOTAL });
  });

  it('a 200 to a piece as the whole file', () => {
    const meaning = readAnswer({ ...request(400), endBytes: 500 }, head(200));
    expect(meaning).toEqual({ kind: 'body', offsetBytes: 0, endBytes: TOTAL, totalBytes: TOTAL });
  });

  it('the size of a file that nobody stated', () => {
    const asked = { ...request(0), expectedBytes: undefined };
    expect(readAnswer(asked, head(200, { 'content-length': '7' }))).toMatchObject({
      totalBytes: 7,
    });
    expect(readAnswer(asked, head(200))).toMatchObject({ totalBytes: undefined });
    expect(readAnswer(asked, part('bytes 0-6/7'))).toMatchObject({ totalBytes: 7 });
  });

  it('a 416 at the very end as complete', () => {
    const answer = head(416, { 'content-range': 'bytes */1000' });
    expect(readAnswer(request(1000), answer)).toEqual({ kind: 'complete', totalBytes: TOTAL });
  });
});

describe('readAnswer refuses', () => {
  it.each([
    ['a 206 from another place', request(400), part('bytes 401-999/1000'), 'RANGE_INVALID'],
    ['a 206 of another file', request(400), part('bytes 400-1999/2000'), 'REMOTE_CHANGED'],
    [
      'a 206 with more than the piece that was asked for',
      { ...request(400), endBytes: 500 },
      part('bytes 400-500/1000'),
      'RANGE_INVALID',
    ],
    ['a 206 past the end', request(400), part('bytes 400-1000/1000'), 'RANGE_INVALID'],
    ['a 206 without Content-Range', request(400), head(206), 'RANGE_INVALID'],
    ['a 206 that ends before it begins', request(400), part('bytes 400-300/1000'), 'RANGE_INVALID'],
    [
      'several ranges at once',
      request(0),
      head(206, { 'content-type': 'multipart/byteranges; boundary=x' }),
      'NOT_A_MODEL',
    ],
    [
      'a 416 in the middle',
      request(400),
      head(416, { 'content-range': 'bytes */1000' }),
      'RANGE_INVALID',
    ],
    ['a 416 without a total', request(400), head(416), 'RANGE_INVALID'],
    [
      'a 416 of a shorter file',
      request(400),
      head(416, { 'content-range': 'bytes */300' }),
      'REMOTE_CHANGED',
    ],
    [
      'a page with 200',
      request(0),
      head(200, { 'content-type': 'text/html; charset=utf-8' }),
      'NOT_A_MODEL',
    ],
    [
      'a page with 206',
      request(4),
      head(206, { 'content-type': 'text/html', 'content-range': 'bytes 4-999/1000' }),
      'NOT_A_MODEL',
    ],
    [
      'a JSON error with 200',
      request(0),
      head(200, { 'content-type': 'application/json', 'content-length': '17' }),
      'NOT_A_MODEL',
    ],
    [
      'a file of another size',
      request(0),
      head(200, { 'content-length': '999' }),
      'REMOTE_CHANGED',
    ],
    ['a compressed body', request(0), head(200, { 'content-encoding': 'gzip' }), 'HTTP_UNEXPECTED'],
    [
      'the whole file where only a part may come',
      { ...request(4), acceptsWhole: false },
      head(200, { 'content-length': '1000' }),
      'RANGE_INVALID',
    ],
    ['the wrong connection', request(0), head(421), 'HTTP_SERVER'],
    ['a request that came too early', request(0), head(425), 'HTTP_SERVER'],
    ['a redirect nobody followed', request(0), head(302), 'HTTP_UNEXPECTED'],
    ['a 204', request(0), head(204), 'HTTP_UNEXPECTED'],
    [
      'a missing file',
      request(0),
      head(404, { 'x-error-code': 'EntryNotFound' }),
      'HTTP_NOT_FOUND',
    ],
    ['a gated repository', request(0), head(401, { 'x-error-code': 'GatedRepo' }), 'HTTP_GATED'],
    ['a refused token', request(0), head(403), 'HTTP_DENIED'],
    ['too many requests', request(0), head(429), 'HTTP_RATE_LIMITED'],
    [
      'a server that is down',
      request(0),
      head(503, { 'content-type': 'text/html' }),
      'HTTP_SERVER',
    ],
  ])('%s', (_, asked, answer, code) => {
    expect(() => readAnswer(asked, answer)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('with the wait that the server asks for, kept within reason', () => {
    const waits = [
      { 'retry-after': '7' },
      { 'retry-after': '-5' },
      { 'retry-after': '99999999' },
      { ratelimit: '"resolvers";r=0;t=55' },
      { ratelimit: '"resolvers";r=12;t=55' },
    ].map((headers) => {
      try {
        return readAnswer(request(0), head(429, headers));
      } catch (error) {
        return (error as { details: { retryAfterMs: number } }).details.retryAfterMs;
      }
    });
    expect(waits).toEqual([7_000, 1_000, 900_000, 55_000, undefined]);
  });
});

it('never lets a body through whose place in the file isn’t certain', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('bytes 4-9/10', 'bytes */10', 'bytes 0-9/10'));
  fc.assert(
    fc.property(
      fc.constantFrom(200, 206, 416, 500, 404, 302),
      fc.nat(20),
      text,
      text,
      (status, offsetBytes, range, length) => {
        const answer = head(status, { 'content-range': range, 'content-length': length });
        try {
          const meaning = readAnswer(request(offsetBytes, 10), answer);
          if (meaning.kind === 'complete') expect(offsetBytes).toBe(10);
          else expect([0, offsetBytes]).toContain(meaning.offsetBytes);
        } catch (error) {
          if (!isModelError(error)) throw error;
        }
      },
    ),
  );
});
