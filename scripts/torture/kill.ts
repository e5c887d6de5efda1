/** When a process is killed: at a moment of its run, at a byte of its transfer, or while it renames. */
import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Hub } from '../../tests/hub/server';
import type { Random } from './random';
import type { CliEnd, CliRun } from './startCli';

export interface KillPlan {
  /** What has to happen first. */
  after:
    | { kind: 'start' }
    | { kind: 'bytes'; bytes: number }
    /** Something by one of these names comes or goes in the models folder. */
    | { kind: 'entry'; names: readonly string[] };
  /** And then this long. */
  delayMs: number;
}

/** As long as a process may take before it counts as hanging. */
export const HANG_MS = 60_000;

export interface Expected {
  /** Before this, nothing of ours has run. */
  bootMs: number;
  /** How long such a process takes when it is left alone. */
  medianMs: number;
  /** What the hub still has to send; 0 for a process that fetches nothing. */
  missingBytes: number;
  /** What comes or goes in the models folder when a model does; none where nothing should. */
  entries: readonly string[];
}

/** Undefined lets it finish. */
export function planKill(random: Random, expected: Expected): KillPlan | undefined {
  if (random.chance(0.2)) return undefined;
  const { bootMs, medianMs, missingBytes, entries } = expected;
  // The few renames that install or remove are over in milliseconds: no clock would hit them.
  if (entries.length > 0 && random.chance(0.35)) {
    const delayMs = 25 * random.between(0, 1) ** 2;
    return { after: { kind: 'entry', names: entries }, delayMs };
  }
  if (missingBytes > 0 && random.chance(0.5)) {
    const share = random.between(0, 1.2);
    const mostMs = share > 1 ? Math.max(1, medianMs - bootMs) : 30;
    const bytes = Math.ceil(Math.min(1, share) * missingBytes);
    return { after: { kind: 'bytes', bytes }, delayMs: random.between(0, mostMs) };
  }
  const earliestMs = random.chance(0.1) ? 0 : 0.9 * bootMs;
  return { after: { kind: 'start' }, delayMs: random.between(earliestMs, 1.1 * medianMs) };
}

export interface Watched extends CliEnd {
  isKilled: boolean;
  /** It went on past every limit, and was killed for that. */
  hung: boolean;
}

interface Watching {
  hub: Hub;
  /** The models folder. */
  folder: string;
  onKill: () => void;
}

/** Lets a process run to its end, planned or not. `onKill` is called right after the planned signal. */
export async function runUntilKilled(
  run: CliRun,
  { hub, folder, plan, onKill }: Watching & { plan: KillPlan | undefined },
): Promise<Watched> {
  const over = new AbortController();
  let hung = false;
  const giveUp = setTimeout(() => {
    hung = run.kill();
  }, HANG_MS);
  if (plan) void killAt(plan, { run, hub, folder, onKill, over: over.signal });
  const end = await run.ended;
  clearTimeout(giveUp);
  over.abort();
  return { ...end, isKilled: end.exitCode === undefined, hung };
}

interface Attempt extends Watching {
  run: CliRun;
  over: AbortSignal;
}

async function killAt({ after, delayMs }: KillPlan, attempt: Attempt): Promise<void> {
  const { run, hub, folder, onKill, over } = attempt;
  if (after.kind === 'bytes') {
    const sentBytes = () =>
      hub.log.reduce((sum, { file, bodyBytesSent }) => sum + (file ? bodyBytesSent : 0), 0);
    await hub.until(() => over.aborted || sentBytes() >= after.bytes);
  }
  if (after.kind === 'entry') await entryChanges(folder, after.names, over);
  // Over is over: a process that ended first is left in peace.
  await delay(delayMs, undefined, { signal: over }).catch(() => undefined);
  if (!over.aborted && run.kill()) onKill();
}

function entryChanges(folder: string, names: readonly string[], over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, { signal: over }, (_, name) => {
      if (name !== null && names.includes(name)) watcher.close();
    });
    watcher.once('close', resolve);
  });
}
