/** Notices that a system has lost a transfer without a word: nothing is told of it any more, and nobody has it. */
import { AppState } from 'react-native';

import type { Clock } from '../types';

/** A transfer that is well is told of twice a second; one that waits for a network is at least in the system's list. */
const SILENT_MS = 60_000;

export interface TaskWatch {
  /** Something was told of it. */
  heard(): void;
  close(): void;
}

/**
 * Calls back once, when for a minute nothing was heard and then the system doesn't have it. Only while the app
 * is in front: behind others no event may come.
 */
export function watchTask(
  clock: Clock,
  isThere: () => Promise<boolean>,
  onLost: () => void,
): TaskWatch {
  let isClosed = false;
  let callOff = wait();

  function wait(): () => void {
    return clock.after(SILENT_MS, () => {
      look().catch(onLost);
    });
  }

  async function look(): Promise<void> {
    // A look that fails says nothing of what is there.
    const isLost = isInFront() && !(await isThere().catch(() => true));
    if (isClosed) return;
    if (isLost && isInFront()) onLost();
    else callOff = wait();
  }

  return {
    heard() {
      if (isClosed) return;
      callOff();
      callOff = wait();
    },
    close() {
      isClosed = true;
      callOff();
    },
  };
}

function isInFront(): boolean {
  return AppState.currentState === 'active';
}
