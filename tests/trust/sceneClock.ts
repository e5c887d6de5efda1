/** Time for tests over real sockets and a real disk: waits for another attempt are over at once, silence takes what it has to. */
import { TEXT_PATIENCE } from '../../lib/download/answers/askText';
import { FILE_PATIENCE } from '../../lib/download/flow/watchSilence';
import { createManualClock, type ManualClock } from '../../lib/platform/memory/manualClock';

/** What a request that is under way is told by: the limit on one that brings next to nothing. */
const REQUEST_MS: ReadonlySet<number> = new Set([FILE_PATIENCE.floorMs, TEXT_PATIENCE.floorMs]);
/** How much faster silence passes than on the wall: a limit on it takes less than a second. */
const SPEED = 50;

/** What is waited for after so many turns without a request is no timer: they moved time on by 50 s. */
const MOST_IDLE_TURNS = 500;

export interface SceneClock extends ManualClock {
  /** Waits for a turn of the event loop, and moves time on by its worth. `isSilent` tells of an answer that is held back while none is sent. */
  turn(isSilent: () => boolean): Promise<void>;
}

/**
 * While a request is under way, time is tied to the wall's, since the disk and the sockets take
 * theirs: faster when a server is silent, as it passes otherwise. With none under way nothing can
 * come but the end of a wait.
 */
export function createSceneClock(): SceneClock {
  const clock = createManualClock();
  let requests = 0;
  let lookedAtMs = performance.now();
  let idleTurns = 0;
  return {
    ...clock,
    after(delayMs, callback) {
      if (!REQUEST_MS.has(delayMs)) return clock.after(delayMs, callback);
      requests += 1;
      let isOver = false;
      const end = () => {
        if (!isOver) requests -= 1;
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
    async turn(isSilent) {
      idleTurns = requests === 0 ? idleTurns + 1 : 0;
      // Real sockets and disks take real time then: looking more often would only take the processor's.
      const isSlow = requests > 0 || idleTurns > MOST_IDLE_TURNS;
      await new Promise<void>((resolve) => {
        if (isSlow) setTimeout(resolve, 1);
        else setImmediate(resolve);
      });
      // Whole ones: a record of a moment is an integer.
      const passedMs = Math.floor(performance.now() - lookedAtMs);
      lookedAtMs += passedMs;
      if (requests === 0) clock.advance(100);
      else clock.advance(isSilent() ? Math.min(passedMs, 2) * SPEED : passedMs);
    },
  };
}
