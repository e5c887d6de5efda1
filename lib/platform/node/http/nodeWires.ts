/** The connections of one process: idle connections are kept for a few seconds and used again. */
import { createSecureContext, type SecureContext } from 'node:tls';

import { openTunnel } from './connectThrough';
import { NO_PROXY, type ProxyFor } from './nodeProxy';
import { createWire, type Route, type Wire, type WireAnswer } from './nodeWire';

/**
 * Servers close idle connections after five seconds or more. To use a connection that is just being closed costs an
 * attempt.
 */
const IDLE_MS = 4_000;

export interface NodeWires {
  /**
   * Sends a request, given as its complete text, and resolves with the head of the answer. Aborting
   * closes the connection. After the head has arrived, the signal has no effect.
   * @throws ModelError HTTP_UNEXPECTED, PROXY_*, or the system's error
   */
  ask(url: URL, text: string, signal?: AbortSignal): Promise<WireAnswer>;
  close(): void;
}

/** `makeContext` gives the trusted certificate authorities; by default those that Node trusts. */
export function createNodeWires(
  makeContext = () => createSecureContext(),
  proxyFor: ProxyFor = NO_PROXY,
): NodeWires {
  /** Idle connections by origin. */
  const idle = new Map<string, Map<Wire, NodeJS.Timeout>>();
  const all = new Set<Wire>();
  let context: SecureContext | undefined;
  // To read the system's certificate authorities takes longer than to connect.
  const secureContext = () => (context ??= makeContext());

  function idleAt({ origin }: URL): Map<Wire, NodeJS.Timeout> {
    const wires = idle.get(origin) ?? new Map<Wire, NodeJS.Timeout>();
    idle.set(origin, wires);
    return wires;
  }

  async function routeTo(url: URL, signal?: AbortSignal): Promise<Route> {
    const proxy = proxyFor(url);
    if (!proxy) return { peer: url };
    if (url.protocol === 'http:') return { peer: proxy.url };
    return { peer: url, tunnel: await openTunnel({ proxy, url, secureContext }, signal) };
  }

  function open(url: URL, route: Route): Wire {
    const wires = idleAt(url);
    const wire = createWire({
      url,
      route,
      secureContext,
      onIdle() {
        wire.setAwaited(false);
        const leave = () => {
          wire.destroy();
        };
        wires.set(wire, setTimeout(leave, IDLE_MS).unref());
      },
      onGone() {
        clearTimeout(wires.get(wire));
        wires.delete(wire);
        all.delete(wire);
      },
    });
    all.add(wire);
    return wire;
  }

  function takeIdle(url: URL): Wire | undefined {
    const wires = idleAt(url);
    const [wire, timer] = [...wires].at(-1) ?? [];
    if (!wire) return undefined;
    clearTimeout(timer);
    wires.delete(wire);
    wire.setAwaited(true);
    return wire;
  }

  return {
    async ask(url, text, signal) {
      for (;;) {
        const used = takeIdle(url);
        const wire = used ?? open(url, await routeTo(url, signal));
        const stop = () => {
          wire.destroy();
        };
        signal?.addEventListener('abort', stop, { once: true });
        if (signal?.aborted) stop();
        try {
          return await wire.ask(text);
        } catch (error) {
          signal?.throwIfAborted();
          // The server closed the idle connection while the request was on its way: the request is sent again.
          if (!used?.isSilent()) throw error;
        } finally {
          signal?.removeEventListener('abort', stop);
        }
      }
    },
    close() {
      for (const wire of all) wire.destroy();
    },
  };
}
