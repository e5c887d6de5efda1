/** The rate limit headers that the hub adds to every answer. It only counts requests; a fault can refuse them. */
import type { HubRequest, ReplyHeaders } from './reply';

const WINDOW_SECONDS = 300;
const LIMITS = { api: 500, resolvers: 3000, pages: 100 } as const;

export interface Quota {
  /** Counts the request and returns the headers for its answer; none on the second origin. */
  spend(request: HubRequest): ReplyHeaders;
}

export function createQuota(): Quota {
  const spent = { api: 0, resolvers: 0, pages: 0 };
  return {
    spend({ origin, url }) {
      if (origin === 'cdn') return {};
      const bucket = bucketOf(url.pathname);
      spent[bucket] += 1;
      const left = Math.max(1, LIMITS[bucket] - spent[bucket]);
      return {
        ratelimit: `"${bucket}";r=${String(left)};t=${String(WINDOW_SECONDS)}`,
        'ratelimit-policy': `"fixed window";"${bucket}";q=${String(LIMITS[bucket])};w=${String(WINDOW_SECONDS)}`,
      };
    },
  };
}

function bucketOf(path: string): keyof typeof LIMITS {
  if (/^\/api\/resolve-cache\/|\/(resolve|raw)\//.test(path)) return 'resolvers';
  return path.startsWith('/api/') ? 'api' : 'pages';
}
