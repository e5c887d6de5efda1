/** A life of a models folder: rounds on the same disk, each beginning where the last one was killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODELS } from './fixture';
import type { Lane } from './lane';
import { createRandom } from './random';
import { createRefetchMeter, type KillCost } from './refetched';
import { playRound, type Durations, type KillPhase, type Problem, type Scene } from './round';
import { settle } from './settle';

export const ROUNDS_A_LIFE = 10;
const ROUNDS_TO_SETTLE = 5;

export interface LifePlan {
  seed: string;
  /** Of all rounds, the first that belongs to it; counted from 1. */
  firstRound: number;
  rounds: number;
}

export interface FoundProblem extends Problem {
  round: number;
  /** What each round of this life did, up to this one. */
  story: readonly string[];
  /** Kept for whoever looks into it. */
  folder: string;
}

export interface SlowEnd {
  milliseconds: number;
  /** What its round did. */
  description: string;
}

export interface LifeResult {
  rounds: number;
  kills: KillPhase[];
  costs: KillCost[];
  /** Of the processes that nobody killed, the one that took longest; undefined where there was none. */
  slowest: SlowEnd | undefined;
  sentBytes: number;
  problems: FoundProblem[];
}

/** Ends at the first round with a problem: what comes after it would only tell of the same. */
export async function playLife(
  lane: Lane,
  durations: Durations,
  { seed, firstRound, rounds }: LifePlan,
): Promise<LifeResult> {
  const folder = await mkdtemp(join(tmpdir(), 'torture-'));
  const scene: Scene = {
    lane,
    folder,
    random: createRandom(`${seed} ${String(firstRound)}`),
    presence: new Map(),
    meters: new Map(MODELS.map((model) => [model, createRefetchMeter()])),
    durations,
  };
  const result: LifeResult = {
    ...{ rounds: 0, kills: [], costs: [], slowest: undefined, sentBytes: 0, problems: [] },
  };
  const story: string[] = [];
  while (result.rounds < rounds && result.problems.length === 0) {
    const { kills, milliseconds, problems, description } = await playRound(scene);
    result.rounds += 1;
    result.slowest = slowestOf([
      result.slowest,
      ...milliseconds.map((taken) => ({ milliseconds: taken, description })),
    ]);
    result.kills.push(...kills);
    story.push(description);
    const isPause = result.rounds % ROUNDS_TO_SETTLE === 0 || result.rounds === rounds;
    if (isPause && problems.length === 0) problems.push(...(await settle(scene)));
    result.costs.push(...finishedCosts(scene));
    const round = firstRound + result.rounds - 1;
    result.problems.push(...problems.map((problem) => ({ ...problem, round, story, folder })));
  }
  for (const meter of scene.meters.values()) result.sentBytes += meter.sentBytes;
  if (result.problems.length === 0) await rm(folder, { recursive: true, force: true });
  return result;
}

export function slowestOf(ends: readonly (SlowEnd | undefined)[]): SlowEnd | undefined {
  const [slowest] = ends
    .filter((end) => end !== undefined)
    .sort((one, other) => other.milliseconds - one.milliseconds);
  return slowest;
}

/** Of the models that are whole: what their kills cost is known then. */
function finishedCosts({ presence, meters }: Scene): KillCost[] {
  return MODELS.filter((model) => presence.get(model) === 'installed').flatMap(
    (model) => meters.get(model)?.finish() ?? [],
  );
}
