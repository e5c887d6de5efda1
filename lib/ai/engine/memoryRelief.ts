/** Frees memory when the system asks for it, and when the app was hidden for long. */
import type { Clock, Host } from '../../platform/types';
import type { LlmSession } from './llmSession';

export interface MemoryReliefParts {
  host: Pick<Host, 'subscribe'>;
  clock: Clock;
  session: LlmSession;
  /** Loads the freed model again when the app is shown. */
  prepare(): Promise<void>;
}

/** A short visit to another tab takes less; a model of some gigabytes shouldn't stay for a whole afternoon. */
export const HIDDEN_RELEASE_MS = 5 * 60_000;

/** Returns the function that stops it. */
export function startMemoryRelief({ host, clock, session, prepare }: MemoryReliefParts) {
  let callOff = () => {};
  let released = false;

  // If the engine can't unload, the next request for a model reports that.
  const relieve = (what: 'others' | 'all') => session.relieve(what).catch(() => undefined);

  function releaseAll(): void {
    released = session.getSnapshot().status.kind !== 'empty';
    void relieve('all');
  }

  const stopListening = host.subscribe((event) => {
    switch (event) {
      case 'memory-pressure':
        void relieve('others');
        return;
      case 'hidden':
        callOff();
        callOff = clock.after(HIDDEN_RELEASE_MS, releaseAll);
        return;
      case 'shown':
        callOff();
        if (released) prepare().catch(() => undefined);
        released = false;
    }
  });

  return () => {
    callOff();
    stopListening();
  };
}
