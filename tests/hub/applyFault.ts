/** Turns the right answer into the one that is sent: with the requested range, or with the fault of a rule. */
import { bytesContent, flippedAt, gzipOf, noiseContent, pointerOf, wholeOf } from './content';
import type { Content } from './content';
import type { Fault } from './faults';
import { applyRange } from './range';
import type { HubRequest, Reply, ReplyHeaders } from './reply';

/** Adds `content-length`, unless the fault excludes it. */
export function applyFault(reply: Reply, request: HubRequest, fault: Fault): Reply {
  const chosen = replaced(reply, request, fault);
  const sent = chosen.carriesFile ? fileReply(chosen, request, fault) : bombed(chosen, fault);
  const isOpenEnded =
    sent.headers['content-encoding'] !== undefined ||
    fault.endless === true ||
    fault.brokenChunkAfter !== undefined ||
    fault.closeDelimited === true;
  const length = sent.body && !isOpenEnded ? { 'content-length': String(sent.body.sizeBytes) } : {};
  return { ...sent, headers: present({ ...length, ...sent.headers, ...fault.headers }) };
}

function bombed(reply: Reply, { bombBytes }: Fault): Reply {
  if (bombBytes === undefined) return reply;
  const headers = { ...reply.headers, 'content-encoding': 'gzip' };
  return { ...reply, headers, body: gzipOf(bytesContent(' '.repeat(bombBytes))) };
}

function present(headers: Readonly<Record<string, string | string[] | null>>): ReplyHeaders {
  const kept = Object.entries(headers).filter(([, value]) => value !== null);
  return Object.fromEntries(kept) as ReplyHeaders;
}

const SIGN_IN_PAGE =
  '<!doctype html><html><head><title>Sign in to the network</title></head><body>Please sign in.</body></html>';

function replaced(reply: Reply, request: HubRequest, fault: Fault): Reply {
  const { status, body, location } = fault;
  if (status === undefined && body === undefined && location === undefined) return reply;
  if (location !== undefined) {
    const target = location === 'loop' ? request.url.href : location;
    return { ...instead(reply, status ?? 302), headers: { ...ofOrigin(reply), location: target } };
  }
  const { type, content } = bodyNamed(body ?? 'json', reply);
  const headers = { ...ofOrigin(reply), 'content-type': type };
  return { ...instead(reply, status ?? 200), headers, body: content };
}

function instead({ file }: Reply, status: number): Reply {
  return { status, headers: {}, ...(file === undefined ? {} : { file }) };
}

/** The headers that every answer of an origin has, right or wrong. */
function ofOrigin({ headers }: Reply): ReplyHeaders {
  const kept = /^(access-control-|vary$|x-request-id$|ratelimit)/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.test(name)));
}

function bodyNamed(body: string, reply: Reply): { type: string; content: Content } {
  switch (body) {
    case 'html':
      return { type: 'text/html; charset=utf-8', content: bytesContent(SIGN_IN_PAGE) };
    case 'json':
      return { type: 'application/json', content: bytesContent('{"error":"Something is wrong"}') };
    case 'pointer':
      return { type: 'text/plain', content: pointerOf(reply.body ?? bytesContent('')) };
    default:
      return { type: 'text/plain; charset=utf-8', content: bytesContent(body) };
  }
}

/** The content of an address after another upload to it. */
export function uploaded(upload: string, sizeBytes: number): Content {
  return noiseContent(`upload ${upload}`, sizeBytes);
}

function asUploaded(reply: Reply, { upload }: Fault): Reply {
  if (upload === undefined) return reply;
  const body = uploaded(upload, reply.body?.sizeBytes ?? 0);
  return { ...reply, headers: { ...reply.headers, etag: `"${body.digest('git-sha1')}"` }, body };
}

function fileReply(right: Reply, request: HubRequest, fault: Fault): Reply {
  const reply = asUploaded(right, fault);
  const { body = bytesContent('') } = reply;
  if (fault.bombBytes !== undefined) return bombed(reply, fault);
  const content = fault.flipBitsAt ? flippedAt(body, fault.flipBitsAt) : body;
  if (isCompressed(request, fault)) {
    const headers = { ...reply.headers, 'content-encoding': 'gzip' };
    return { ...reply, headers, body: gzipOf(content) };
  }
  const range = fault.range === undefined ? request.headers.range : (fault.range ?? undefined);
  const ifRange = fault.ignoreIfRange ? undefined : request.headers['if-range'];
  const ranged = applyRange({ ...reply, body: content }, { range, ifRange });
  const shifted = shiftContentRange(ranged, fault);
  return fault.multipart ? asMultipart(shifted) : shifted;
}

function isCompressed(request: HubRequest, { gzip }: Fault): boolean {
  if (gzip !== 'if-accepted') return gzip === 'always';
  return request.headers['accept-encoding']?.includes('gzip') ?? false;
}

function shiftContentRange(reply: Reply, { shiftContentRange: by }: Fault): Reply {
  const stated = reply.headers['content-range'];
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(typeof stated === 'string' ? stated : '');
  if (!by || !match) return reply;
  const shifted = (index: number, shift = 0) => String(Number(match[index]) + shift);
  const range = `bytes ${shifted(1, by.first)}-${shifted(2, by.last)}/${shifted(3, by.total)}`;
  return { ...reply, headers: { ...reply.headers, 'content-range': range } };
}

function asMultipart(reply: Reply): Reply {
  const { 'content-range': range, ...headers } = reply.headers;
  const body = reply.body ?? bytesContent('');
  const before = `--part\r\nContent-Type: application/octet-stream\r\nContent-Range: ${String(range)}\r\n\r\n`;
  const bytes = Buffer.concat([
    Buffer.from(before),
    wholeOf(body),
    Buffer.from('\r\n--part--\r\n'),
  ]);
  const type = 'multipart/byteranges; boundary=part';
  return { ...reply, headers: { ...headers, 'content-type': type }, body: bytesContent(bytes) };
}
