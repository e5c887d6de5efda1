/** Contenders fetch the same file in turn, and each has to have it whole. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogText } from './catalog';
import { OURS, type Contender, type Target } from './contenders';
import type { FarPath } from './farPath';
import { measure, median, type BenchCommand, type Cost } from './measure';
import { digestOf, payloadPath, type Payload } from './payload';
import type { BenchServer, Lane } from './server';

export interface Ground {
  scratch: string;
  server: BenchServer;
  authorityFile: string;
  /** Undefined where the computer can't have one. */
  farPath: FarPath | undefined;
}

export interface Race {
  lane: Lane;
  payload: Payload;
  contenders: readonly Contender[];
  runs: number;
  /** A peer that fails is no reason to measure nothing; ours is. */
  onFailure?: (peer: string) => void;
}

const HERE = { beyond: (command: BenchCommand) => command };

/** Medians, by name. */
export type Costs = ReadonlyMap<string, Cost>;

export async function race(
  ground: Ground,
  { lane, payload, contenders, runs, onFailure }: Race,
): Promise<Costs> {
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    // What one leaves behind, in memory and on the disk, is not to fall on the same next one each time.
    const first = Math.floor((run * contenders.length) / runs);
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const isChecked = costs.get(contender.name)?.length === 0;
      const once = { lane, payload, isChecked };
      const cost = await runOnce(ground, once, contender);
      if (!cost) onFailure?.(contender.name);
      else costs.get(contender.name)?.push(cost);
    }
  }
  const measured = [...costs].filter(([, all]) => all.length > 0);
  return new Map(measured.map(([name, all]) => [name, medianCost(all)]));
}

/** Undefined where a peer failed. @throws Error where ours did, or where anybody ended well without the file */
async function runOnce(
  ground: Ground,
  { lane, payload, isChecked }: Pick<Race, 'lane' | 'payload'> & { isChecked: boolean },
  contender: Contender,
): Promise<Cost | undefined> {
  const target = await makeTarget(ground, lane, payload);
  const commands = contender.commands(target);
  const { beyond } = lane === 'far' && ground.farPath ? ground.farPath : HERE;
  const cost = await measure(commands.map(beyond), ground.scratch).catch((error: unknown) => {
    if (contender.name === OURS) throw error;
    console.error(String(error));
  });
  if (!cost) return undefined;
  if (isChecked && !contender.leavesNoFile) await requireWhole(target, contender);
  await rm(target.folder, { recursive: true });
  console.error(`${lane} ${contender.name}: ${cost.wallSeconds.toFixed(2)} s`);
  return cost;
}

/** With an empty folder. */
export async function makeTarget(ground: Ground, lane: Lane, payload: Payload): Promise<Target> {
  const { scratch, server, authorityFile } = ground;
  const folder = join(scratch, 'target');
  if (existsSync(folder)) await rm(folder, { recursive: true });
  await mkdir(folder);
  // What is left to do for the files of the one before isn't this one's to wait for.
  execFileSync('sync');
  const origin = server.origin(lane);
  const catalogFile = join(scratch, 'catalog.json');
  await writeFile(catalogFile, catalogText(payload, origin));
  const url = `${origin}${payloadPath(payload)}`;
  return { payload, origin, url, authorityFile, catalogFile, folder };
}

/** Wherever it was put, under whatever name. */
export async function isWhole({ folder, payload }: Target): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    if (size === payload.sizeBytes && (await digestOf(path)) === payload.sha256) return true;
  }
  return false;
}

async function requireWhole(target: Target, { name }: Contender): Promise<void> {
  if (!(await isWhole(target))) throw new Error(`${name} ended well, but the file isn't the one.`);
}

function medianCost(costs: readonly Cost[]): Cost {
  return {
    wallSeconds: median(costs.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: median(costs.map(({ peakBytes }) => peakBytes)),
  };
}
