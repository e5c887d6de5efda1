/** One round: an intent, some weather, perhaps a kill, and a look at what is on the disk then. */
import { MODELS, type FixtureModel } from './fixture';
import { inspectModel, type Presence } from './inspectDisk';
import { planKill, runUntilKilled, type Watched } from './kill';
import type { Lane } from './lane';
import type { Random } from './random';
import type { RefetchMeter } from './refetched';
import { forecast, type Weather } from './weather';

export type Intent = 'download' | 'pair' | 'verify' | 'remove';
export type KillPhase =
  'starting' | 'transferring' | 'after the last byte' | 'verifying' | 'removing';

/** `corrupt`: installed with wrong bytes. `lost`: was installed, or was said to be, and isn't. `stuck`: doesn't get where it was sent. */
export type ProblemKind = 'corrupt' | 'lost' | 'stuck';

export interface Problem {
  kind: ProblemKind;
  reason: string;
}

/** A models folder and what is known of it. */
export interface Scene {
  lane: Lane;
  folder: string;
  random: Random;
  /** By model. */
  presence: Map<FixtureModel, Presence['kind']>;
  meters: ReadonlyMap<FixtureModel, RefetchMeter>;
  durations: Durations;
}

/** How long runs take that nobody kills, across all lives. */
export interface Durations {
  /** From the start of a process to its first line of ours. */
  bootMs: number;
  medianMs(intent: Intent): number;
  add(intent: Intent, milliseconds: number): void;
}

export interface RoundResult {
  kills: KillPhase[];
  /** How long the processes took that nobody killed. */
  milliseconds: number[];
  problems: Problem[];
  description: string;
}

export async function playRound(scene: Scene): Promise<RoundResult> {
  const { lane, random, presence, meters } = scene;
  const model = random.pick(MODELS);
  const meter = meters.get(model);
  if (!meter) throw new RangeError(model.modelId);
  const before = new Map(presence);
  const intent = chooseIntent(random, before.get(model) === 'installed');
  const weather = forecast(random, model);
  lane.setWeather(weather);
  if (weather.wastesBytes) meter.spoil();
  const act = { scene, model, meter, intent, weather };
  const kills: KillPhase[] = [];
  const ends = await Promise.all(
    Array.from({ length: intent === 'pair' ? 2 : 1 }, () => play(act, kills)),
  );
  await lane.untilQuiet();
  meter.read(lane.hub.log);
  if (weather.wastesBytes || intent === 'remove') meter.spoil();
  if (intent === 'remove' && ends.every(({ exitCode }) => exitCode === 0)) meter.gone();
  const problems = [
    ...(await lookAround(scene, { allowed: intent === 'remove' ? model : undefined })),
    ...ends.flatMap((end) =>
      judgeEnd({ end, intent, before: before.get(model) }, presence.get(model)),
    ),
  ];
  const words = `${intent} ${model.modelId}, ${weather.description}`;
  const killWords = kills.length === 0 ? 'not killed' : `killed ${kills.join(' and ')}`;
  const milliseconds = ends.filter(({ isKilled }) => !isKilled).map((end) => end.milliseconds);
  return { kills, milliseconds, problems, description: `${words}, ${killWords}` };
}

function chooseIntent(random: Random, isInstalled: boolean): Intent {
  return isInstalled
    ? random.pick(['remove', 'remove', 'remove', 'verify', 'verify', 'download'])
    : random.pick(['download', 'download', 'download', 'pair', 'pair', 'remove']);
}

export function argumentsOf(intent: Intent, models: readonly FixtureModel[]): string[] {
  const ids = models.map(({ modelId }) => modelId);
  if (intent === 'remove') return ids.flatMap((id) => ['--remove', id]);
  const named = ids.flatMap((id) => ['--model', id]);
  return intent === 'verify' ? ['--verify', ...named] : named;
}

interface Act {
  scene: Scene;
  model: FixtureModel;
  meter: RefetchMeter;
  intent: Intent;
  weather: Weather;
}

async function play(act: Act, kills: KillPhase[]): Promise<Watched> {
  const { scene, model, meter, intent, weather } = act;
  const { lane, folder, random, durations, presence } = scene;
  const fetches = presence.get(model) !== 'installed' && /download|pair/.test(intent);
  const missingBytes = fetches ? model.sizeBytes - meter.coveredBytes : 0;
  const { bootMs } = durations;
  const entries = fetches || intent === 'remove' ? [model.modelId, '.trash-executorch'] : [];
  const medianMs = durations.medianMs(intent);
  const plan = planKill(random, { bootMs, medianMs, missingBytes, entries });
  const onKill = () => {
    meter.read(lane.hub.log);
    kills.push(
      phaseOf(
        act,
        lane.hub.log.some(({ file }) => file !== undefined),
      ),
    );
    meter.kill(weather.bytesPerSecond !== undefined);
  };
  const run = lane.startCli(folder, argumentsOf(intent, [model]));
  const end = await runUntilKilled(run, { hub: lane.hub, folder, plan, onKill });
  if (!end.isKilled) durations.add(intent, end.milliseconds);
  return end;
}

function phaseOf({ intent, meter, model }: Act, hasAsked: boolean): KillPhase {
  if (intent === 'verify') return 'verifying';
  if (intent === 'remove') return 'removing';
  if (meter.coveredBytes >= model.sizeBytes) return 'after the last byte';
  return hasAsked ? 'transferring' : 'starting';
}

/** Reads the whole folder, compares it with what it was, and remembers what it is. `allowed` may have gone. */
export async function lookAround(
  { folder, presence }: Pick<Scene, 'folder' | 'presence'>,
  { allowed }: { allowed: FixtureModel | undefined },
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const model of MODELS) {
    const now = await inspectModel(folder, model);
    if (now.kind === 'corrupt') {
      problems.push({ kind: 'corrupt', reason: `${model.modelId}: ${now.reason}` });
    }
    const isGone = presence.get(model) === 'installed' && now.kind === 'absent';
    if (isGone && model !== allowed) {
      problems.push({ kind: 'lost', reason: `${model.modelId} was installed and is gone` });
    }
    presence.set(model, now.kind);
  }
  return problems;
}

interface Ending {
  end: Watched;
  intent: Intent;
  before: Presence['kind'] | undefined;
}

/** Whether what a command said when it ended by itself is true. */
function judgeEnd({ end, intent, before }: Ending, now: Presence['kind'] | undefined): Problem[] {
  const { exitCode, hung, output } = end;
  if (hung) return [{ kind: 'stuck', reason: `${intent} didn't end. ${output}` }];
  if (exitCode === undefined) return [];
  const isDone = exitCode === 0;
  switch (intent) {
    case 'download':
    case 'pair':
      if (!isDone || now === 'installed') return [];
      return [{ kind: 'lost', reason: 'a download ended well, and the model isn’t installed' }];
    case 'verify':
      if (isDone === (before === 'installed')) return [];
      return [{ kind: 'stuck', reason: `verify ended with ${String(exitCode)}. ${output}` }];
    case 'remove':
      if (isDone && now === 'absent') return [];
      return [{ kind: 'stuck', reason: `remove ended with ${String(exitCode)}. ${output}` }];
  }
}
