/**
 * Decides what an HTTP answer to a request for a model file means, before a byte of it is
 * written. Pure, and shared by every host's downloader, so that all hosts detect the same
 * bad answers.
 */
import { ModelError } from '../../errors';
import type { FileRequest } from '../../platform/types';
import type { AnswerHead } from './answerHead';
import { isSameVersion, versionsOf } from './sourceVersion';

export type AnswerMeaning =
  /** Write the body from `offsetBytes` on, up to `endBytes` and never past it. */
  | {
      kind: 'body';
      offsetBytes: number;
      endBytes: number | undefined;
      totalBytes: number | undefined;
    }
  /** No byte follows `offsetBytes`: the file is complete. */
  | { kind: 'complete'; totalBytes: number };

/** @throws ModelError HTTP_*, NOT_A_MODEL, RANGE_INVALID, REMOTE_CHANGED; then none of the body may be written. */
export function readAnswer(request: FileRequest, head: AnswerHead): AnswerMeaning {
  const { host } = new URL(head.url);
  switch (head.status) {
    case 200: {
      rejectPages(head, host);
      rejectEncodings(head, host);
      const totalBytes = checkTotal(request, head, host);
      rejectWhole(request, head, host);
      return { kind: 'body', offsetBytes: 0, endBytes: totalBytes, totalBytes };
    }
    case 206:
      rejectPages(head, host);
      rejectEncodings(head, host);
      return readPart(request, head, host);
    case 416:
      return readUnsatisfied(request, head, host);
    default:
      throw failureOf(head, host);
  }
}

// The login page of a hotel's Wi-Fi or of a proxy has status 200 and is HTML, for any address.
function rejectPages(head: AnswerHead, host: string): void {
  const contentType = (head.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (contentType === 'text/html' || contentType === 'multipart/byteranges') {
    throw new ModelError('NOT_A_MODEL', { host, contentType });
  }
}

function rejectWhole(request: FileRequest, head: AnswerHead, host: string): void {
  const { offsetBytes, endBytes, acceptsWhole, versions } = request;
  // When the version has changed, none of the bytes on the disk can be kept.
  const isOther = versions !== undefined && !isSameVersion(versions, versionsOf(head));
  const isWanted = acceptsWhole || isOther || (offsetBytes === 0 && endBytes === undefined);
  if (!isWanted) throw new ModelError('RANGE_INVALID', { host, reason: 'the whole file' });
}

// One host would write a compressed body as it is, another would decompress it first.
function rejectEncodings(head: AnswerHead, host: string): void {
  const encoding = head.header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  const reason = `content-encoding ${encoding}`;
  throw new ModelError('HTTP_UNEXPECTED', { host, status: head.status, reason });
}

function checkTotal(request: FileRequest, head: AnswerHead, host: string): number | undefined {
  const text = head.header('content-length')?.trim() ?? '';
  // A value with anything but digits (an empty value, a sign, an exponent) states no length.
  if (!/^\d{1,15}$/.test(text)) return request.expectedBytes;
  const stated = Number(text);
  if (request.expectedBytes !== undefined && stated !== request.expectedBytes) {
    throw changedOrPage(head, host);
  }
  return stated;
}

// An error page that isn't HTML is JSON, XML or plain text.
function changedOrPage(head: AnswerHead, host: string): ModelError {
  const contentType = head.header('content-type') ?? '';
  if (/^(application\/json|application\/xml|text\/)/i.test(contentType)) {
    return new ModelError('NOT_A_MODEL', { host, contentType });
  }
  return new ModelError('REMOTE_CHANGED', { host });
}

interface ContentRange {
  first: number;
  last: number;
  total: number | undefined;
}

function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, total] = match;
  return {
    first: Number(first),
    last: Number(last),
    total: total === '*' ? undefined : Number(total),
  };
}

function readPart(request: FileRequest, head: AnswerHead, host: string): AnswerMeaning {
  const stated = head.header('content-range');
  const range = parseContentRange(stated);
  const { offsetBytes, expectedBytes } = request;
  if (!range || !isWithin(range, request)) {
    const asked = `${String(offsetBytes)} to ${String(request.endBytes ?? 'the end')}`;
    const reason = `asked from ${asked}, got ${stated ?? 'no Content-Range'}`;
    throw new ModelError('RANGE_INVALID', { host, reason });
  }
  if (expectedBytes !== undefined && range.total !== undefined && range.total !== expectedBytes) {
    throw changedOrPage(head, host);
  }
  return {
    kind: 'body',
    offsetBytes,
    endBytes: range.last + 1,
    totalBytes: range.total ?? expectedBytes,
  };
}

/** Whether a range begins at the requested offset and ends neither after the requested end nor after the file's. */
function isWithin({ first, last, total }: ContentRange, request: FileRequest): boolean {
  const { offsetBytes, endBytes = Infinity, expectedBytes = Infinity } = request;
  return (
    first === offsetBytes && last >= first && last < Math.min(endBytes, total ?? expectedBytes)
  );
}

function readUnsatisfied(request: FileRequest, head: AnswerHead, host: string): AnswerMeaning {
  const match = /^bytes \*\/(\d{1,15})$/.exec(head.header('content-range')?.trim() ?? '');
  const total = match ? Number(match[1]) : undefined;
  const { expectedBytes, offsetBytes } = request;
  if (total !== undefined && expectedBytes !== undefined && total !== expectedBytes) {
    throw new ModelError('REMOTE_CHANGED', { host });
  }
  if (total !== undefined && total === offsetBytes) return { kind: 'complete', totalBytes: total };
  // The offset isn't the stated end of the file, so the answer is an error of the server and proves nothing complete.
  throw new ModelError('RANGE_INVALID', {
    host,
    reason: `416 at ${String(offsetBytes)} of ${String(total ?? expectedBytes ?? 'unknown')}`,
  });
}

/** The failure of a body that is longer than the server announced. */
export function tooLong(request: FileRequest, limitBytes: number, host: string): ModelError {
  if (limitBytes !== request.expectedBytes) {
    return new ModelError('RANGE_INVALID', { host, reason: 'more bytes than it announced' });
  }
  const fileName = request.path.slice(request.path.lastIndexOf('/') + 1);
  const actualBytes = limitBytes + 1;
  return new ModelError('LENGTH_MISMATCH', { fileName, expectedBytes: limitBytes, actualBytes });
}

/** The failure that a status other than success means, in the hub's own order of precedence. */
export function failureOf(head: AnswerHead, host = new URL(head.url).host): ModelError {
  const { status } = head;
  const code = head.header('x-error-code');
  switch (status) {
    case 401:
    case 403:
      return new ModelError(code === 'GatedRepo' ? 'HTTP_GATED' : 'HTTP_DENIED', { host, status });
    case 407:
      return new ModelError('HTTP_DENIED', { host, status });
    case 404:
    case 410:
      return new ModelError('HTTP_NOT_FOUND', { host, what: missingThing(code) });
    case 429:
      return new ModelError('HTTP_RATE_LIMITED', { host, retryAfterMs: retryAfterMs(head) });
    default:
      if (isPassing(status)) return new ModelError('HTTP_SERVER', { host, status });
      return new ModelError('HTTP_UNEXPECTED', { host, status, reason: 'unexpected status' });
  }
}

/** Request timeout, misdirected request, too early: by the definition of these statuses the request may be repeated. */
function isPassing(status: number): boolean {
  return [408, 421, 425].includes(status) || status >= 500;
}

function missingThing(code: string | undefined): 'repository' | 'revision' | 'file' {
  if (code === 'RepoNotFound') return 'repository';
  return code === 'RevisionNotFound' ? 'revision' : 'file';
}

const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;

// A date is read relative to the server's own `Date` header, because the clock of this device may be wrong.
function secondsOf(stated: string, head: AnswerHead): number {
  const seconds = Number(stated);
  if (!Number.isNaN(seconds)) return seconds;
  return (Date.parse(stated) - Date.parse(head.header('date') ?? '')) / 1000;
}

// `RateLimit` is on every answer and matters only when no request is left (r=0).
function retryAfterMs(head: AnswerHead): number | undefined {
  const window = /;r=0;t=(\d{1,9})/.exec(head.header('ratelimit') ?? '');
  const stated = head.header('retry-after');
  const seconds = stated === undefined ? Number(window?.[1] ?? NaN) : secondsOf(stated, head);
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, seconds * 1000));
}
