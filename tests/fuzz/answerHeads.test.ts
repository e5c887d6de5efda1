import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { AnswerHead } from '../../lib/download/answers/answerHead';
import { readAnswer, type AnswerMeaning } from '../../lib/download/answers/readAnswer';
import { isModelError, type ModelError } from '../../lib/errors';
import { CASES, createHarmless, expectBytes } from './harmless';
import { hostileText } from './hostile';

interface Asked {
  offsetBytes: number;
  endBytes: number | undefined;
  expectedBytes: number | undefined;
  acceptsWhole: boolean;
}

/** The one place that knows what a request looks like. */
function judge(asked: Asked, head: AnswerHead): AnswerMeaning {
  const about = { url: 'https://hub.example/a.gguf', path: 'a.gguf.part', versions: undefined };
  const request = { ...about, ...asked, isRest: false };
  return readAnswer(request, head);
}

const asked: fc.Arbitrary<Asked> = fc
  .tuple(fc.nat(10), fc.option(fc.integer({ min: 1, max: 10 })), fc.boolean(), fc.boolean())
  .map(([offsetBytes, length, isSizeKnown, acceptsWhole]) => ({
    offsetBytes,
    endBytes:
      length === null || offsetBytes === 10 ? undefined : Math.min(10, offsetBytes + length),
    expectedBytes: isSizeKnown ? 10 : undefined,
    acceptsWhole,
  }));

const absurd = fc.constantFrom(-1, 0.5, 1e15, 2 ** 53 - 1, 2 ** 53, 2 ** 63, NaN);
const near = (bytes: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(bytes) },
    { weight: 2, arbitrary: fc.constantFrom(bytes - 1, bytes + 1, 0) },
    { weight: 1, arbitrary: absurd },
  );

function contentRange({ offsetBytes, endBytes = 10 }: Asked): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 9, arbitrary: fc.constant('bytes ') },
    { weight: 1, arbitrary: fc.constantFrom('bytes=', 'Bytes ', 'bytes', '') },
  );
  const total = fc.oneof(near(10).map(String), fc.constant('*'));
  const part = fc
    .tuple(unit, near(offsetBytes), near(endBytes - 1), total)
    .map(([name, first, last, size]) => `${name}${String(first)}-${String(last)}/${size}`);
  const unsatisfied = fc
    .oneof(near(offsetBytes), near(10))
    .map((size) => `bytes */${String(size)}`);
  return fc.oneof(part, unsatisfied);
}

/** Likely, hostile, missing, or twice: it then arrives as one, with a comma. */
function header(likely: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { weight: 12, arbitrary: likely },
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.tuple(likely, likely).map((both) => both.join(', ')) },
  );
}

const UNLIKELY = fc.constant(undefined);
const seldom = (likely: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary: UNLIKELY }, { weight: 1, arbitrary: header(likely) });

const headersFor = (request: Asked) =>
  fc.record({
    'content-range': header(contentRange(request)),
    'content-length': header(near(10).map(String)),
    'content-type': seldom(
      fc.constantFrom('application/octet-stream', 'TEXT/HTML ;x', 'application/json', 'text/plain'),
    ),
    'content-encoding': seldom(fc.constantFrom('identity', 'IDENTITY', 'gzip', 'br')),
    'retry-after': seldom(fc.constantFrom('7', '-5', '1e999', 'Wed, 21 Oct 2026 07:28:00 GMT')),
    ratelimit: seldom(fc.constantFrom('"resolvers";r=0;t=55', '"x";r=0;t=999999999')),
    'x-error-code': seldom(fc.constantFrom('GatedRepo', 'EntryNotFound', 'RepoNotFound')),
  });
const status = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(200, 206, 416) },
  { weight: 2, arbitrary: fc.constantFrom(401, 403, 404, 407, 408, 410, 429, 500, 503) },
  { weight: 1, arbitrary: fc.integer({ min: -1, max: 1000 }) },
);
const exchange = asked.chain((request) =>
  fc.record({ request: fc.constant(request), code: status, stated: headersFor(request) }),
);

const ALLOWED = /^(HTTP_\w+|NOT_A_MODEL|RANGE_INVALID|REMOTE_CHANGED)$/;

it('makes of any head a place in the file that was asked for, or a failure', ({ task }) => {
  const harmless = createHarmless('answerHeads');
  const seen = { body: 0, complete: 0 };
  const property = fc.property(exchange, ({ request, code, stated }) => {
    const head = headOf(code, stated);
    const meaning = harmless.run(() => {
      try {
        return judge(request, head);
      } catch (error) {
        if (isModelError(error)) expectFailure(error);
        throw error;
      }
    });
    if (!meaning) return;
    seen[meaning.kind] += 1;
    expectMeaning(request, head, meaning);
  });
  fc.assert(property, { numRuns: CASES.answerHeads });
  expect(Math.min(seen.body, seen.complete)).toBeGreaterThan(100);
  harmless.finish(task);
}, 120_000);

function headOf(code: number, stated: Record<string, string | undefined>): AnswerHead {
  return { status: code, url: 'https://cdn.example/a.gguf', header: (name) => stated[name] };
}

function expectFailure({ code, details }: ModelError): void {
  expect(code).toMatch(ALLOWED);
  if (code !== 'HTTP_RATE_LIMITED') return;
  const { retryAfterMs = 1000 } = details as { retryAfterMs: number | undefined };
  expect(retryAfterMs >= 1000 && retryAfterMs <= 15 * 60_000, String(retryAfterMs)).toBe(true);
}

function expectMeaning(request: Asked, head: AnswerHead, meaning: AnswerMeaning): void {
  const { offsetBytes, endBytes = Infinity, expectedBytes } = request;
  if (expectedBytes !== undefined) expect(meaning.totalBytes).toBe(expectedBytes);
  expectBytes(meaning.totalBytes);
  if (meaning.kind === 'complete') {
    expect([head.status, meaning.totalBytes]).toEqual([416, offsetBytes]);
    return;
  }
  expect(head.header('content-type') ?? '').not.toMatch(/^\s*(text\/html|multipart\/byteranges)/i);
  expect(head.header('content-encoding') ?? 'identity').toMatch(/^identity$/i);
  expectBytes(meaning.endBytes);
  const end = meaning.endBytes ?? Infinity;
  expect(end).toBeLessThanOrEqual(meaning.totalBytes ?? Infinity);
  if (head.status === 206) {
    expect(meaning.offsetBytes).toBe(offsetBytes);
    expect(end > offsetBytes && end <= endBytes, `to ${String(end)}`).toBe(true);
    return;
  }
  expect([head.status, meaning.offsetBytes]).toEqual([200, 0]);
  if (expectedBytes !== undefined || meaning.totalBytes === undefined) return;
  // A size that nobody else vouches for has to be a number as HTTP writes it, not as JavaScript reads it.
  expect(head.header('content-length')).toMatch(new RegExp(`^0*${String(meaning.totalBytes)}$`));
}
