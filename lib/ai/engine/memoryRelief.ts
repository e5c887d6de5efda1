/** Gives memory back when the system asks for it, and when nobody has looked for long. */
import type { Clock, Host } from '../../platform/types';
import type { LlmSession } from './llmSession';

export interface MemoryReliefParts {
  host: Pick<Host, 'subscribe'>;
  clock: Clock;
  session: LlmSession;
  /** Loads what was given back when somebody looks again. */
  prepare(): Promise<void>;
}

/** Looking something up in another tab takes less; a model of some gigabytes shouldn't stay for an afternoon. */
export const HIDDEN_RELEASE_MS = 5 * 60_000;

/** Returns the way to stop. */
export function startMemoryRelief({ host, clock, session, prepare }: MemoryReliefParts) {
  let callOff = () => {};
  let released = false;

  // An engine that can't unload says so to whoever asks for a model next.
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
