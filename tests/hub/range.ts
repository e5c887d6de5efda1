/** Byte ranges of a file, as in RFC 9110: a single range is served; several ranges or a malformed one are ignored. */
import { bytesContent, sliceOf } from './content';
import type { Reply } from './reply';

export interface RangeRequest {
  range: string | undefined;
  /** With any value except the file's own strong ETag, the range is ignored. */
  ifRange: string | undefined;
}

/** 206 with the range, 416 where it begins beyond the end, or the reply as it was. */
export function applyRange(reply: Reply, { range, ifRange }: RangeRequest): Reply {
  const { body } = reply;
  if (!body || range === undefined) return reply;
  if (ifRange !== undefined && ifRange !== reply.headers.etag) return reply;
  const bounds = parseRange(range, body.sizeBytes);
  if (bounds === undefined) return reply;

  const size = String(body.sizeBytes);
  if (bounds.first >= body.sizeBytes) {
    const { 'content-type': _, ...headers } = reply.headers;
    const unsatisfied = { ...headers, 'content-range': `bytes */${size}` };
    return {
      ...reply,
      status: 416,
      headers: unsatisfied,
      body: bytesContent(''),
      carriesFile: false,
    };
  }
  const last = Math.min(bounds.last, body.sizeBytes - 1);
  const stated = `bytes ${String(bounds.first)}-${String(last)}/${size}`;
  return {
    ...reply,
    status: 206,
    headers: { ...reply.headers, 'content-range': stated },
    body: sliceOf(body, bounds.first, last - bounds.first + 1),
  };
}

function parseRange(text: string, size: number): { first: number; last: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.trim());
  const [, from = '', to = ''] = match ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') return { first: Math.max(0, size - Number(to)), last: size - 1 };
  const last = to === '' ? size - 1 : Number(to);
  return to !== '' && last < Number(from) ? undefined : { first: Number(from), last };
}
