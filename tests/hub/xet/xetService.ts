/** The service of the second origin that stores chunks: read tokens, reconstructions, and xorbs by signed ranges. */
import { bytesContent, type Content } from '../content';
import { jsonReply, textReply, type HubRequest, type Reply } from '../reply';
import type { Signer } from '../signing';
import { createChunkStore, type ChunkStore } from './chunkStore';
import { firstVersion, narrowed, secondVersion, type SignXorb } from './reconstruction';

export interface XetService {
  /** The answer of the hub to whoever may read a repository. */
  readToken(): Reply;
  /** Undefined for an address that isn't this service's. */
  answer(request: HubRequest): Reply | undefined;
}

export interface XetOptions {
  casUrl: string;
  signer: Signer;
  nowMs: () => number;
  ttlSeconds: number;
  /** The file with that xet hash. */
  find: (hash: string) => Content | undefined;
  mostXorbBytes: number;
  /** Answers 404 to version 2, as older services do. */
  onlyFirstVersion: boolean;
}

const SIGNED_RANGE = 'X-Xet-Signed-Range';
const TOKEN_PATH = '/xet-read-token';

export function createXetService(options: XetOptions): XetService {
  const { casUrl, signer, nowMs, ttlSeconds } = options;
  const store = createChunkStore(options);
  const sign: SignXorb = (hash, ranges) => {
    const path = `/xorbs/default/${hash}`;
    const signed = rangeHeader(ranges);
    const query = signer.query(`${path} ${signed}`);
    return `${casUrl}${path}?${SIGNED_RANGE}=${encodeURIComponent(signed)}&${query}`;
  };

  return {
    readToken: () =>
      jsonReply({
        accessToken: Buffer.from(signer.query(TOKEN_PATH)).toString('base64url'),
        exp: Math.floor(nowMs() / 1000) + ttlSeconds,
        casUrl,
      }),
    answer(request) {
      const { pathname } = request.url;
      const xorb = /^\/xorbs\/default\/([0-9a-f]{64})$/.exec(pathname);
      if (xorb) return xorbReply(store, { request, signer, hash: xorb[1] ?? '' });
      const file = /^\/v([12])\/reconstructions\/([0-9a-f]{64})$/.exec(pathname);
      if (!file) return undefined;
      if (!isSignedIn(request, signer)) return textReply(401, 'The token is missing or expired');
      if (file[1] === '2' && options.onlyFirstVersion) return textReply(404, 'Not found');
      const content = options.find(file[2] ?? '');
      if (!content) return textReply(404, 'There is no such file');
      const span = spanOf(request, content.sizeBytes);
      if (span.first >= content.sizeBytes) return textReply(416, 'The range is behind the end');
      const found = narrowed(store, store.termsOf(content), span);
      const form = file[1] === '2' ? secondVersion : firstVersion;
      return jsonReply(form(store, found, sign));
    },
  };
}

function isSignedIn({ headers, url }: HubRequest, signer: Signer): boolean {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const query = Buffer.from(token, 'base64url').toString();
  return signer.isValid(new URL(`${url.origin}${TOKEN_PATH}?${query}`));
}

function spanOf({ headers }: HubRequest, sizeBytes: number): { first: number; last: number } {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  return { first: Number(first), last: last === '' ? sizeBytes - 1 : Number(last) };
}

interface Span {
  start: number;
  end: number;
}

const rangeHeader = (ranges: readonly Span[]) =>
  `bytes=${ranges.map(({ start, end }) => `${String(start)}-${String(end)}`).join(',')}`;

function parseRanges(header: string | undefined): Span[] {
  if (!/^bytes=\d+-\d+(,\s*\d+-\d+)*$/.test(header ?? '')) return [];
  return [...(header ?? '').matchAll(/(\d+)-(\d+)/g)].map(([, start, end]) => ({
    start: Number(start),
    end: Number(end),
  }));
}

/** An address is good for exactly the ranges that it was signed for, and for parts of them. */
function xorbReply(
  store: ChunkStore,
  { request, signer, hash }: { request: HubRequest; signer: Signer; hash: string },
): Reply {
  const signed = request.url.searchParams.get(SIGNED_RANGE) ?? '';
  if (!signer.isValid(request.url, `${request.url.pathname} ${signed}`)) {
    return textReply(403, 'The address has expired, or was changed');
  }
  const xorb = store.xorb(hash);
  if (!xorb) return textReply(404, 'There is no such xorb');
  const ranges = parseRanges(request.headers.range);
  const allowed = parseRanges(signed);
  const isAllowed = ({ start, end }: Span) =>
    allowed.some((one) => one.start <= start && end <= one.end);
  if (ranges.length === 0 || !ranges.every(isAllowed)) {
    return textReply(403, 'The address isn’t signed for these ranges');
  }
  const size = String(xorb.bytes.length);
  const parts = ranges.map(({ start, end }) => ({
    stated: `bytes ${String(start)}-${String(end)}/${size}`,
    bytes: xorb.bytes.subarray(start, end + 1),
  }));
  const [only] = parts;
  if (only && parts.length === 1) {
    const headers = { 'content-type': 'application/octet-stream', 'content-range': only.stated };
    return { status: 206, headers, body: bytesContent(only.bytes) };
  }
  return multipart(parts);
}

function multipart(parts: readonly { stated: string; bytes: Uint8Array }[]): Reply {
  const boundary = '3d6b6a416f9b5';
  const body = parts.flatMap(({ stated, bytes }) => [
    Buffer.from(
      `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: ${stated}\r\n\r\n`,
    ),
    bytes,
  ]);
  const headers = { 'content-type': `multipart/byteranges; boundary=${boundary}` };
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  return { status: 206, headers, body: bytesContent(Buffer.concat([...body, end])) };
}
