/** Parses the head of an HTTP/1.1 answer strictly: refuses a head that two parsers could read differently. Pure. */
import { ModelError } from '../../../errors';

// The hub's signed addresses need more than the usual 16 KiB; more than this is an attack.
export const MAX_HEAD_BYTES = 64 * 1024;

const START = Buffer.from('HTTP/1.');
const END = Buffer.from('\r\n\r\n');
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// Headers that may occur only once, and not as a list.
const SINGLE = new Set(['content-length', 'content-range', 'location', 'transfer-encoding']);

/** How the end of the body is determined. */
export type BodyFraming =
  { kind: 'length'; sizeBytes: number } | { kind: 'chunked' } | { kind: 'close' };

export interface HttpHead {
  status: number;
  /** By lower-case name; several headers with one name are joined, as HTTP defines. */
  headers: ReadonlyMap<string, string>;
  framing: BodyFraming;
  /** Whether the connection may be used again after the body. */
  isKept: boolean;
}

/** The failure for an answer that can't be read. */
export function malformed(host: string, reason: string): ModelError {
  return new ModelError('HTTP_UNEXPECTED', { host, status: 0, reason });
}

/**
 * The length of the head at the beginning of `bytes`, or undefined while its end hasn't arrived.
 * @throws ModelError HTTP_UNEXPECTED as soon as `bytes` can't be the beginning of a head.
 */
export function headBytes(bytes: Buffer, host: string): number | undefined {
  const compared = Math.min(START.length, bytes.length);
  if (bytes.compare(START, 0, compared, 0, compared) !== 0) throw malformed(host, 'not HTTP');
  const end = bytes.indexOf(END);
  const isTooLong = end === -1 ? bytes.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES;
  if (isTooLong) throw malformed(host, 'too many headers');
  return end === -1 ? undefined : end + END.length;
}

/** @throws ModelError HTTP_UNEXPECTED */
export function parseHead(bytes: Buffer, host: string): HttpHead {
  const [first = '', ...lines] = bytes
    .toString('latin1', 0, bytes.length - END.length)
    .split('\r\n');
  const start = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/.exec(first);
  if (!start || hasControls(first)) throw malformed(host, 'no status line');
  const status = Number(start[2]);
  const headers = readHeaders(lines, host);
  const framing = framingOf(status, headers, host);
  const mayStay = start[1] === '1' && !isClosing(headers.get('connection'));
  return { status, headers, framing, isKept: mayStay && framing.kind !== 'close' };
}

function readHeaders(lines: readonly string[], host: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!TOKEN.test(name) || hasControls(value)) throw malformed(host, 'a header that is none');
    const before = headers.get(name);
    if (before !== undefined && SINGLE.has(name)) throw malformed(host, `two of ${name}`);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

function framingOf(status: number, headers: ReadonlyMap<string, string>, host: string) {
  const length = headers.get('content-length');
  const encoding = headers.get('transfer-encoding');
  const isBodiless = status < 200 || status === 204 || status === 304;
  if (isBodiless) return { kind: 'length', sizeBytes: 0 } satisfies BodyFraming;
  if (encoding !== undefined) {
    if (length !== undefined) throw malformed(host, 'two lengths');
    if (encoding.toLowerCase() !== 'chunked') throw malformed(host, 'transfer-encoding');
    return { kind: 'chunked' } satisfies BodyFraming;
  }
  if (length === undefined) return { kind: 'close' } satisfies BodyFraming;
  if (!/^\d{1,15}$/.test(length)) throw malformed(host, 'content-length');
  return { kind: 'length', sizeBytes: Number(length) } satisfies BodyFraming;
}

function isClosing(connection = ''): boolean {
  return connection
    .toLowerCase()
    .split(',')
    .some((option) => option.trim() === 'close');
}

/** A bare line feed, a zero or the like: some parsers read it as the end of a line, and others don't. */
function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}
