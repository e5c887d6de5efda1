/** The connections of one process: those that are free are used again, for a moment. */
import { createSecureContext, type SecureContext } from 'node:tls';

import { openTunnel } from './connectThrough';
import { NO_PROXY, type ProxyFor } from './nodeProxy';
import { createWire, type Route, type Wire, type WireAnswer } from './nodeWire';

/** Servers close what is idle after five seconds or more; what is closed just then costs an attempt. */
const IDLE_MS = 4_000;

export interface NodeWires {
  /**
   * Sends a request, whose text says all of it, and resolves with the head of the answer. One that
   * is aborted has no connection left; once the head is here the signal no longer counts.
   * @throws ModelError HTTP_UNEXPECTED, PROXY_*, or what the system says
   */
  ask(url: URL, text: string, signal?: AbortSignal): Promise<WireAnswer>;
  close(): void;
}

/** `makeContext` says whom to trust: whom Node trusts unless given. */
export function createNodeWires(
  makeContext = () => createSecureContext(),
  proxyFor: ProxyFor = NO_PROXY,
): NodeWires {
  /** By origin. */
  const idle = new Map<string, Map<Wire, NodeJS.Timeout>>();
  const all = new Set<Wire>();
  let context: SecureContext | undefined;
  // Reading the system's authorities takes longer than connecting does.
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
          // The server closed it for being idle while the request was on its way: no answer to that.
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
