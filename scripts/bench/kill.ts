/** What a `kill -9` costs: the bytes that are fetched a second time. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender, Target } from './contenders';
import { start } from './measure';
import { isWhole, makeTarget, type Ground, type Race } from './race';

export interface KillCosts {
  /** One a run: what lay in the folder when it was killed, and was fetched again all the same. */
  refetchedBytes: number[];
  /** One a run: what the server sent beyond the file. What was under way to a dead process is part of it. */
  sentAgainBytes: number[];
  /** How often the second run ended well with a file that isn't the one. */
  wrongFiles: number;
}

const LOOK_MS = 5;

/** By name. Each run is killed once, at a random moment past 30 % of the file. */
export async function killInTurn(
  ground: Ground,
  { lane, payload, contenders, runs }: Race,
): Promise<ReadonlyMap<string, KillCosts>> {
  const costs = new Map<string, KillCosts>();
  for (const { name } of contenders) {
    costs.set(name, { refetchedBytes: [], sentAgainBytes: [], wrongFiles: 0 });
  }
  for (let run = 0; run < runs; run += 1) {
    for (const contender of contenders) {
      const target = await makeTarget(ground, lane, payload);
      const { refetchedBytes, sentAgainBytes } = await killOnce(ground, contender, target);
      const cost = costs.get(contender.name);
      cost?.refetchedBytes.push(refetchedBytes);
      cost?.sentAgainBytes.push(sentAgainBytes);
      if (cost && !(await isWhole(target))) cost.wrongFiles += 1;
      console.error(`${lane} ${contender.name} killed: ${Math.round(refetchedBytes / 1024)} KiB`);
    }
  }
  return costs;
}

async function killOnce({ server }: Ground, contender: Contender, target: Target) {
  const [command] = contender.commands(target);
  if (!command) throw new Error(`${contender.name} has no command.`);
  const { sizeBytes } = target.payload;
  await server.takeSentBytes();
  const first = start(command);
  await untilArrived(target.folder, sizeBytes * (0.3 + 0.6 * Math.random()));
  first.kill();
  if ((await first.ended).exitCode !== null) throw new Error(`${contender.name} ended too soon.`);
  const landedBytes = await allocatedBytes(target.folder);
  const firstBytes = await server.takeSentBytes();
  const { exitCode, output } = await start(command).ended;
  if (exitCode !== 0) throw new Error(`${contender.name}, after a kill:\n${output}`);
  const secondBytes = await server.takeSentBytes();
  return {
    // Blocks are counted whole, so a little more may seem to have landed than is missing.
    refetchedBytes: Math.max(0, secondBytes - (sizeBytes - landedBytes)),
    sentAgainBytes: firstBytes + secondBytes - sizeBytes,
  };
}

// By blocks, not by length: who opens several connections writes at the end of the file at once.
async function untilArrived(folder: string, bytes: number): Promise<void> {
  while ((await allocatedBytes(folder)) < bytes) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function allocatedBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(async ({ parentPath, name }) => {
    // Renamed between the two questions, where it fails.
    const facts = await stat(join(parentPath, name)).catch(() => undefined);
    return (facts?.blocks ?? 0) * 512;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
