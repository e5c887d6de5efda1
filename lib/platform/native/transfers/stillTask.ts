/**
 * Notices one of the system's transfers that stands still for no known reason. The system doesn't report this:
 * Android's package keeps a task with a silent connection in its list for ever, and iOS waits for an hour.
 */
import { AppState } from 'react-native';

import type { Clock } from '../../types';

/** Two checks in a row make a minute. The package's events for a slow transfer may be more than a minute apart. */
const LOOK_MS = 30_000;

/** The time of the last event of a transfer, or of any of several transfers that wait for each other. */
export interface Pulse {
  beat(): void;
  silentMs(): number;
}

export function createPulse(clock: Clock): Pulse {
  let beatMs = clock.monotonicMs();
  return {
    beat() {
      beatMs = clock.monotonicMs();
    },
    silentMs: () => clock.monotonicMs() - beatMs,
  };
}

export interface Watched {
  clock: Clock;
  pulse: Pulse;
  /** A number that changes whenever bytes have arrived; undefined where the system doesn't have the transfer. */
  count: () => Promise<number | undefined>;
  /** Whether there is a known reason for standing still. */
  isHeld: () => boolean;
  /** Whether the system may have an unreported reason, as long as no bytes have arrived over this network. */
  mayBeHeld: () => boolean;
  /** Calls back when one of these may have changed. */
  subscribe: (listener: () => void) => () => void;
}

export interface TaskWatch {
  /** Call it for each event of the transfer. */
  heard(): void;
  close(): void;
}

/**
 * Calls back once when no bytes have arrived for a minute, with whether the system still has the transfer. Counts only
 * while the app is in front: in the background, events may not be delivered.
 */
export function watchTask(watched: Watched, onStill: (isListed: boolean) => void): TaskWatch {
  const { clock, pulse } = watched;
  let last: { count: number | undefined } | undefined;
  let hasMoved = false;
  let isClosed = false;
  pulse.beat();
  let callOff = waitFor(LOOK_MS);

  function waitFor(delayMs: number): () => void {
    return clock.after(delayMs, () => {
      look().catch(() => {
        // The failed query doesn't show whether the transfer stands still.
        startOver(LOOK_MS);
      });
    });
  }

  async function look(): Promise<void> {
    const count = isLate() ? await watched.count() : undefined;
    if (!isLate()) {
      startOver(Math.max(LOOK_MS - pulse.silentMs(), 1));
      return;
    }
    const isListed = count !== undefined;
    const mayBeHeld = isListed && !hasMoved && watched.mayBeHeld();
    if (last && last.count !== count) hasMoved = true;
    else if (last && !mayBeHeld && !isClosed) {
      onStill(isListed);
      return;
    }
    last = { count };
    if (!isClosed) callOff = waitFor(LOOK_MS);
  }

  function startOver(afterMs: number): void {
    last = undefined;
    if (!isClosed) callOff = waitFor(afterMs);
  }

  /** Whether an event is overdue. For a transfer with a reason to stand still, the time begins anew. */
  function isLate(): boolean {
    const isInFront = AppState.currentState === 'active';
    if (!isInFront || watched.isHeld()) pulse.beat();
    return pulse.silentMs() >= LOOK_MS;
  }

  const onChange = () => {
    pulse.beat();
    hasMoved = false;
  };
  const stopListening = watched.subscribe(onChange);
  const subscription = AppState.addEventListener('change', onChange);
  return {
    heard() {
      pulse.beat();
      hasMoved = true;
    },
    close() {
      isClosed = true;
      callOff();
      stopListening();
      subscription.remove();
    },
  };
}
