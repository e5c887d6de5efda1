/**
 * Notices a transfer of the system's that stands still although nothing holds it up. Nobody tells: Android's package
 * leaves a task whose connection fell silent in its list for ever, and iOS waits for an hour.
 */
import { AppState } from 'react-native';

import type { Clock } from '../../types';

/** Two looks that find the same are a minute. The package tells of a slow transfer more seldom than once in a minute. */
const LOOK_MS = 30_000;

/** When something was last told of a transfer, or of any of several that wait for each other. */
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
  /** Another number whenever bytes have come; undefined where the system doesn't have the transfer. */
  count: () => Promise<number | undefined>;
  /** Whether there is a reason that it stands still. */
  isHeld: () => boolean;
  /** Whether the system may have a reason that it doesn't tell, as long as nothing came over this network. */
  mayBeHeld: () => boolean;
  /** Calls back when one of these may have changed. */
  subscribe: (listener: () => void) => () => void;
}

export interface TaskWatch {
  /** Something was told of it. */
  heard(): void;
  close(): void;
}

/**
 * Calls back once, when for a minute nothing came, with whether the system still has it. Only while the app is in
 * front: behind others no event may come.
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
        // It says nothing of what is there.
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

  /** Whether something should have been told by now. What has a reason to stand still has all its time from now on. */
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
