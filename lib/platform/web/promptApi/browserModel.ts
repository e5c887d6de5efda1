/**
 * The browser's own model: its availability, and its download by the browser, which reports a fraction and no bytes.
 */
import type { SystemAvailability, SystemModel } from '../../types';
import { openSession, type PromptApi } from './promptApi';
import { promptFailure } from './promptApiErrors';

const AVAILABILITIES: readonly SystemAvailability[] = [
  ...(['unavailable', 'downloadable', 'downloading', 'available'] as const),
];

export function createBrowserModel(api: PromptApi): SystemModel {
  const listeners = new Set<(availability: SystemAvailability) => void>();
  let last: SystemAvailability | undefined;

  async function ask(): Promise<SystemAvailability> {
    try {
      const told = await api.availability();
      return AVAILABILITIES.find((each) => each === told) ?? 'unavailable';
    } catch {
      // By the specification this is a temporary failure, so it doesn't change the model's availability.
      return last ?? 'unavailable';
    }
  }

  async function availability(): Promise<SystemAvailability> {
    const now = await ask();
    const isNews = last !== undefined && last !== now;
    last = now;
    if (isNews) for (const listener of [...listeners]) listener(now);
    return now;
  }

  return {
    availability,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async bring(onProgress, signal) {
      const { userActivation } = navigator as { userActivation?: UserActivation };
      // Read before the call, because the call consumes the person's press.
      const wasPressed = userActivation?.isActive ?? true;
      const progress = risingProgress(onProgress);
      try {
        const session = await openSession(api, { monitor: progress.listen }, signal);
        // Answers open sessions of their own.
        session.destroy();
      } catch (cause) {
        signal.throwIfAborted();
        throw promptFailure(cause, { kind: 'bring', wasPressed });
      } finally {
        progress.end();
      }
    },
  };
}

/**
 * Events may arrive late, twice, or with a lower value than before: only rising values are passed on, and none after
 * the end.
 */
function risingProgress(onProgress: (fraction: number) => void) {
  let most = -1;
  let isOver = false;
  const take = (event: Event) => {
    const { loaded, total } = event as ProgressEvent;
    // The first versions counted bytes of a total; today's total is always 1.
    const fraction = Math.min(1, loaded / (total > 0 ? total : 1));
    if (isOver || !(fraction > most)) return;
    most = fraction;
    onProgress(fraction);
  };
  return {
    listen: (monitor: EventTarget) => monitor.addEventListener('downloadprogress', take),
    end: () => {
      isOver = true;
    },
  };
}
