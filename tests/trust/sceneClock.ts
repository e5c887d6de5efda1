/** Time for tests over real sockets and a real disk: waits for another attempt are over at once, silence takes what it has to. */
import { createManualClock, type ManualClock } from '../../lib/platform/memory/manualClock';

/** What a limit on silence is told by. */
const SILENCE_MS = 30_000;
/** How much faster silence passes than on the wall: a limit on it takes less than a second. */
const SPEED = 50;

export interface SceneClock extends ManualClock {
  /** Moves time on by what a turn of the event loop is worth. */
  tick(isSending: boolean): void;
}

/**
 * While a request is under way, time is tied to the wall's, since the disk and the sockets take
 * theirs: faster when nobody sends, as it passes when somebody does. With none under way nothing
 * can come but the end of a wait.
 */
export function createSceneClock(): SceneClock {
  const clock = createManualClock();
  let limits = 0;
  let lookedAtMs = performance.now();
  return {
    ...clock,
    after(delayMs, callback) {
      if (delayMs !== SILENCE_MS) return clock.after(delayMs, callback);
      limits += 1;
      let isOver = false;
      const end = () => {
        if (!isOver) limits -= 1;
        isOver = true;
      };
      const callOff = clock.after(delayMs, () => {
        end();
        callback();
      });
      return () => {
        end();
        callOff();
      };
    },
    tick(isSending) {
      // Whole ones: a record of a moment is an integer.
      const passedMs = Math.floor(performance.now() - lookedAtMs);
      lookedAtMs += passedMs;
      if (limits === 0) clock.advance(100);
      else clock.advance(isSending ? passedMs : Math.min(passedMs, 20) * SPEED);
    },
  };
}
