/** `pnpm torture`: kills the real command at random, many times over, and counts what that broke. */
import { createDurations } from './durations';
import { openLane } from './lane';
import { playLife, ROUNDS_A_LIFE, type LifePlan, type LifeResult } from './life';
import { parseOptions, USAGE, type TortureOptions } from './options';
import { reportLines, summarize } from './report';
import { startCli } from './startCli';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === undefined) {
      console.log(USAGE);
      return 0;
    }
    const startedMs = performance.now();
    const lives = await playAll(options);
    const report = summarize(options, lives, (performance.now() - startedMs) / 1000);
    if (options.json) console.log(JSON.stringify(report));
    else for (const line of reportLines(report)) console.log(line);
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function playAll(options: TortureOptions): Promise<LifeResult[]> {
  const plans = planLives(options);
  const { milliseconds } = await startCli(['--version'], {}).ended;
  const durations = createDurations(milliseconds);
  const results: LifeResult[] = [];
  const work = async () => {
    const lane = await openLane();
    try {
      for (let plan = plans.shift(); plan !== undefined; plan = plans.shift()) {
        results.push(await playLife(lane, durations, plan));
      }
    } finally {
      await lane.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, plans.length) }, work));
  return results;
}

function planLives({ seed, rounds, round }: TortureOptions): LifePlan[] {
  const lives: LifePlan[] = [];
  const last = round ?? rounds;
  for (let firstRound = 1; firstRound <= last; firstRound += ROUNDS_A_LIFE) {
    const left = last - firstRound + 1;
    lives.push({ seed, firstRound, rounds: Math.min(ROUNDS_A_LIFE, left) });
  }
  return round === undefined ? lives : lives.slice(-1);
}
