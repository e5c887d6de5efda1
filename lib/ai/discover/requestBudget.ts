/**
 * Counts the requests to the hub's API, so that the hub never has to refuse one. A page can't read how many are left:
 * the hub states that in headers that browsers hide from it.
 */
import { ModelError } from '../../errors';
import type { Clock } from '../../platform/types';

const WINDOW_MS = 5 * 60_000;
/** Without a sign-in, the hub answers 500 in five minutes. The rest is for the downloads' own questions and other tabs. */
const MOST_REQUESTS = 400;
/** The wait after a refusal whose own wait can't be read. */
const USUAL_WAIT_MS = 60_000;

export interface RequestBudget {
  /** Call it before each request. @throws ModelError HTTP_RATE_LIMITED with the wait; the request must not be sent then */
  spend(host: string): void;
  /** The hub has refused a request: none is sent before the wait is over. Undefined where it stated none. */
  refused(retryAfterMs: number | undefined): void;
}

/** One for all requests of an app: the hub counts them together. */
export function createRequestBudget(clock: Pick<Clock, 'monotonicMs'>): RequestBudget {
  /** The times of the requests of the last five minutes, the oldest first. */
  let sentMs: number[] = [];
  let closedUntilMs = -Infinity;
  return {
    spend(host) {
      const nowMs = clock.monotonicMs();
      sentMs = sentMs.filter((atMs) => atMs > nowMs - WINDOW_MS);
      const [oldestMs = nowMs] = sentMs;
      const isSpent = sentMs.length >= MOST_REQUESTS;
      const freeAtMs = Math.max(closedUntilMs, isSpent ? oldestMs + WINDOW_MS : -Infinity);
      if (freeAtMs > nowMs) {
        throw new ModelError('HTTP_RATE_LIMITED', { host, retryAfterMs: freeAtMs - nowMs });
      }
      sentMs.push(nowMs);
    },
    refused(retryAfterMs = USUAL_WAIT_MS) {
      closedUntilMs = Math.max(closedUntilMs, clock.monotonicMs() + retryAfterMs);
    },
  };
}
