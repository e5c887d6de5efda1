/** The headers that each origin lets a page on another origin read. */
import type { HubRequest, Reply, ReplyHeaders } from './reply';

// RateLimit, Retry-After and Content-Length are left out: a page can't read them on the real hub either.
const HUB_EXPOSED =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,' +
  'Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash';

export function corsHeaders(request: HubRequest): ReplyHeaders {
  if (request.origin === 'cdn') {
    return { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };
  }
  return {
    'access-control-allow-origin': request.headers.origin ?? 'https://huggingface.co',
    'access-control-expose-headers': HUB_EXPOSED,
    'access-control-max-age': '86400',
    vary: 'Origin, Accept',
  };
}

export function preflight(request: HubRequest): Reply {
  const asked = request.headers['access-control-request-headers'];
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET,HEAD,POST,OPTIONS',
      ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
    },
  };
}
