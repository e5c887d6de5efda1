/** The way out of whatever a folder is in: with nothing in the way, one command has to lead to each end. */
import { MODELS, type FixtureModel } from './fixture';
import { ageTemporaryFiles, findLeftovers, findRemains } from './inspectDisk';
import { runUntilKilled } from './kill';
import { argumentsOf, lookAround, type Intent, type Problem, type Scene } from './round';
import { CALM } from './weather';

/** Brings each model to one end, chosen at random: installed, or absent without a trace. */
export async function settle(scene: Scene): Promise<Problem[]> {
  const { lane, folder, random, presence, meters } = scene;
  const problems: Problem[] = [];
  const wanted = MODELS.filter(() => random.chance(0.5));
  const unwanted = MODELS.filter((model) => !wanted.includes(model));
  lane.setWeather(CALM);
  // No process is left that could still be writing one.
  await ageTemporaryFiles(folder);
  for (const model of unwanted) {
    if ((await findRemains(folder, model)).length === 0) continue;
    problems.push(...(await finish(scene, 'remove', [model])));
    problems.push(...(await lookAround(scene, { allowed: model })));
    meters.get(model)?.gone();
  }
  if (wanted.length > 0) problems.push(...(await finish(scene, 'download', wanted)));
  problems.push(...(await lookAround(scene, { allowed: undefined })));

  for (const model of MODELS) {
    const end = wanted.includes(model) ? 'installed' : 'absent';
    const now = presence.get(model) ?? 'absent';
    const reason = `${model.modelId} is ${now} after a command that should have left it ${end}`;
    if (now !== end) problems.push({ kind: 'stuck', reason });
    meters.get(model)?.read(lane.hub.log);
  }
  const leftovers = await findLeftovers(folder, wanted);
  if (leftovers.length > 0) {
    problems.push({ kind: 'stuck', reason: `left behind: ${leftovers.join(', ')}` });
  }
  return problems;
}

async function finish(
  { lane, folder }: Scene,
  intent: Intent,
  models: readonly FixtureModel[],
): Promise<Problem[]> {
  const run = lane.startCli(folder, argumentsOf(intent, models));
  const end = await runUntilKilled(run, {
    hub: lane.hub,
    folder,
    plan: undefined,
    onKill: () => undefined,
  });
  await lane.untilQuiet();
  if (end.exitCode === 0) return [];
  const what = end.hung ? 'didn’t end' : `ended with ${String(end.exitCode)}`;
  return [{ kind: 'stuck', reason: `${intent} without a fault ${what}. ${end.output}` }];
}
