/** How many ranges of one address are worth fetching at once in a browser. */

/** What a browser opens to one host over HTTP/1.1; more would wait for these. */
const OVER_HTTP_1 = 6;
/** Over HTTP/2 and 3 all ranges share one connection, and gain nothing. */
const OVER_ONE_CONNECTION = 1;

/** `protocol` is what ALPN calls it (`h2`, `http/1.1`); by the scheme where the browser doesn't tell. */
export function rangeConnections(url: string, protocol: string | undefined): number {
  const isOld = protocol ? protocol.startsWith('http/1') : new URL(url).protocol === 'http:';
  return isOld ? OVER_HTTP_1 : OVER_ONE_CONNECTION;
}

/**
 * Learns the protocols of servers from requests that have ended, and answers for an address by what
 * its server spoke last. A browser tells it of other origins only where they allow it.
 */
export function watchRangeConnections(): (url: string) => number {
  const protocols = new Map<string, string>();
  const answer = (url: string) => rangeConnections(url, protocols.get(new URL(url).origin));
  if (typeof PerformanceObserver === 'undefined') return answer;
  const watcher = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      const { name, nextHopProtocol, redirectStart } = entry;
      // The protocol of where a redirect led isn't that of the address it is listed under.
      if (nextHopProtocol !== '' && redirectStart === 0) {
        protocols.set(new URL(name).origin, nextHopProtocol);
      }
    }
    // Signed addresses, by the hundred.
    performance.clearResourceTimings();
  });
  watcher.observe({ type: 'resource' });
  return answer;
}
