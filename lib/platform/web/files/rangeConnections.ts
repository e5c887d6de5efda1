/** How many ranges of one address are worth fetching at once in a browser. */

/** The number of connections that a browser opens to one host over HTTP/1.1; more requests would wait. */
const OVER_HTTP_1 = 6;
/** Over HTTP/2 and 3 all ranges share one connection, so that several gain nothing. */
const OVER_ONE_CONNECTION = 1;

/** `protocol` is the ALPN name (`h2`, `http/1.1`). Where the browser doesn't report it, the URL's scheme decides. */
export function rangeConnections(url: string, protocol: string | undefined): number {
  const isOld = protocol ? protocol.startsWith('http/1') : new URL(url).protocol === 'http:';
  return isOld ? OVER_HTTP_1 : OVER_ONE_CONNECTION;
}

/**
 * Learns the protocols of servers from finished requests. The returned function uses the last protocol of an
 * address's server. A browser reports the protocols of other origins only where they allow it.
 */
export function watchRangeConnections(): (url: string) => number {
  const protocols = new Map<string, string>();
  const answer = (url: string) => rangeConnections(url, protocols.get(new URL(url).origin));
  if (typeof PerformanceObserver === 'undefined') return answer;
  const watcher = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      const { name, nextHopProtocol, redirectStart } = entry;
      // After a redirect, the protocol is that of the target, and not of the listed address.
      if (nextHopProtocol !== '' && redirectStart === 0) {
        protocols.set(new URL(name).origin, nextHopProtocol);
      }
    }
    // Cleared, because the list contains hundreds of signed addresses.
    performance.clearResourceTimings();
  });
  watcher.observe({ type: 'resource' });
  return answer;
}
