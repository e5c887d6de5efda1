import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../platform/memory/manualClock';
import { createPace, LOOK_EVERY_MS } from './pace';

const SECOND = 1_000;

interface Runner {
  startedAtMs: number;
  receivedBytes: number;
}

/** Connections that bring so many bytes a second, looked at as often as they should be. */
function start() {
  const clock = createManualClock();
  const pace = createPace<Runner>(clock);
  const begin = () => ({ startedAtMs: clock.monotonicMs(), receivedBytes: 0 });

  /** Which of them is given up, and after how long; undefined when none is. */
  function run(rates: ReadonlyMap<Runner, number>, lastsMs: number) {
    for (let passedMs = LOOK_EVERY_MS; passedMs <= lastsMs; passedMs += LOOK_EVERY_MS) {
      clock.advance(LOOK_EVERY_MS);
      for (const [runner, rate] of rates) {
        runner.receivedBytes += (rate * LOOK_EVERY_MS) / SECOND;
      }
      const late = pace.findLate([...rates.keys()]);
      if (late) return { late, afterMs: passedMs };
    }
    return undefined;
  }

  /** One has brought its piece at such a rate. */
  function bring(rate: number) {
    const runner = begin();
    clock.advance(SECOND);
    runner.receivedBytes = rate;
    pace.ended(runner);
  }
  return { clock, pace, begin, run, bring };
}

describe('a connection that is late', () => {
  it('brings less than a tenth of what the others do, for three seconds', () => {
    const { begin, run } = start();
    const [fast, other, slow] = [begin(), begin(), begin()];
    const rates = new Map([
      [fast, 1_000_000],
      [other, 900_000],
      [slow, 80_000],
    ]);
    expect(run(rates, 10 * SECOND)).toEqual({ late: slow, afterMs: 3 * SECOND });
  });

  it('is measured by those that have ended when it is the last', () => {
    const { begin, run, bring } = start();
    bring(1_000_000);
    const silent = begin();
    expect(run(new Map([[silent, 0]]), 10 * SECOND)).toEqual({
      late: silent,
      afterMs: 3 * SECOND,
    });
  });

  it('may have been fast before', () => {
    const { begin, run, bring } = start();
    bring(1_000_000);
    const last = begin();
    expect(run(new Map([[last, 1_000_000]]), 30 * SECOND)).toBeUndefined();
    expect(run(new Map([[last, 1]]), 10 * SECOND)).toMatchObject({ late: last });
  });

  it('is none that is merely slower', () => {
    const { begin, run, bring } = start();
    bring(1_000_000);
    expect(run(new Map([[begin(), 150_000]]), 300 * SECOND)).toBeUndefined();
  });

  it('is one that trickles, with nothing to compare it with, and with others that do as well', () => {
    const { begin, run } = start();
    const alone = begin();
    expect(run(new Map([[alone, 2]]), 10 * SECOND)).toEqual({ late: alone, afterMs: 3 * SECOND });
    const [one, other] = [begin(), begin()];
    const both = new Map([
      [one, 500],
      [other, 400],
    ]);
    expect(run(both, 20 * SECOND)).toMatchObject({ afterMs: 6 * SECOND });
  });

  it('is none that has fallen silent, or is slow, with nothing to compare it with', () => {
    const { begin, run } = start();
    const quiet = begin();
    run(new Map([[quiet, 50_000]]), SECOND);
    expect(run(new Map([[quiet, 0]]), 60 * SECOND)).toBeUndefined();
    expect(run(new Map([[begin(), 1_100]]), 60 * SECOND)).toBeUndefined();
  });

  it('isn’t told by a look that comes late itself: everything was held up then', () => {
    const { clock, pace, begin, bring } = start();
    bring(1_000_000);
    const runner = begin();
    clock.advance(3_600 * SECOND);
    expect(pace.findLate([runner])).toBeUndefined();
  });

  it('is given up less and less often while that helps nobody', () => {
    const { begin, run, bring } = start();
    bring(1_000_000);
    const waits = [1, 2, 3, 4].map(() => run(new Map([[begin(), 10]]), 100 * SECOND)?.afterMs);
    expect(waits).toEqual([3, 6, 12, 24].map((seconds) => seconds * SECOND));
  });
});
