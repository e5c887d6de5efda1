/** `modelshelf du`: what every byte of the models folder is for, and how to make room. */
import type { ModelState } from '../../lib/ai/modelState';
import { RUNTIMES, TRAITS } from '../../lib/ai/runtimes/runtimes';
import type { StoredItem, StoredKind } from '../../lib/ai/storage/accountStorage';
import { planRoom, type RoomChoice, type RoomReason } from '../../lib/ai/storage/planRoom';
import type { StorageReport } from '../../lib/ai/storage/storage';
import { formatBytes, formatDay, printable } from '../../lib/components/words/words';
import { existsSync } from 'node:fs';
import { isModelError, toFailure } from '../../lib/errors';
import type { Runtime } from '../../lib/platform/types';
import { compose, type Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code: 1 where there can't be as much room as is wanted, or something couldn't be deleted. */
export async function du(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { report, states } = await look(options, reporter);
  const { wantedBytes, isConfirmed, isDryRun } = options;
  if (wantedBytes === undefined) {
    for (const item of report.items) tellItem(reporter, item);
    tellSum(reporter, report);
    return 0;
  }
  const plan = planRoom({
    ...{ items: report.items, states, wantedBytes, nowMs: Date.now() },
    keptIds: new Set(),
  });
  const chosen = plan.offered.filter(({ item }) => plan.chosen.includes(item.path));
  for (const choice of chosen) tellChoice(reporter, choice);
  const bytes = chosen.reduce((sum, { item }) => sum + item.freedBytes, 0);
  const isDone = isConfirmed && !isDryRun;
  const rest = plan.isEnough ? '' : ` Only ${formatBytes(bytes)} can be deleted here.`;
  const ask =
    isDone || chosen.length === 0 ? '' : ' Nothing is deleted yet: --yes deletes this, for good.';
  const event = { event: 'plan', wantedBytes, plannedBytes: bytes, isEnough: plan.isEnough };
  reporter.tell(event, `${formatBytes(bytes)} in all.${rest}${ask}`);
  const isDeleted = isDone ? await deleteAll(options, reporter, chosen) : true;
  return plan.isEnough && isDeleted ? 0 : 1;
}

interface Look {
  report: StorageReport;
  /** Of each model, with whichever build is here. */
  states: Readonly<Record<string, ModelState>>;
}

async function look(options: ShelfOptions, reporter: Reporter): Promise<Look> {
  const states: Record<string, ModelState> = {};
  const reports: StorageReport[] = [];
  await onEach(options, reporter, async ({ shelf }) => {
    for (const { model, state } of shelf.list()) {
      const isBetter = state.kind === 'installed' || states[model.modelId] === undefined;
      if (isBetter) states[model.modelId] = state;
    }
    reports.push(await shelf.storage());
  });
  const report = reports.at(-1);
  if (report === undefined) throw new Error('There is a runtime for every host.');
  return { report, states };
}

/** A composition has the builds of one runtime, so the work is done with each. */
async function onEach(
  { folder, lockPath, proxy }: ShelfOptions,
  { warn }: Reporter,
  work: (app: Composition, runtime: Runtime) => Promise<void>,
): Promise<void> {
  const catalog = existsSync(lockPath) ? lockPath : undefined;
  for (const runtime of RUNTIMES.filter((each) => TRAITS[each].hasFiles)) {
    const app = await compose({ folder, runtime, catalog, proxy }, warn);
    try {
      await work(app, runtime);
    } finally {
      await app.close();
    }
  }
}

async function deleteAll(
  options: ShelfOptions,
  reporter: Reporter,
  chosen: readonly RoomChoice[],
): Promise<boolean> {
  const failed = new Set<string>();
  await onEach(options, reporter, async ({ shelf }) => {
    for (const { item } of chosen) {
      const { items } = await shelf.storage();
      if (!items.some(({ path }) => path === item.path)) continue;
      try {
        await shelf.discard(item);
      } catch (error) {
        if (!isModelError(error)) throw error;
        failed.add(item.path);
        const event = { event: 'kept', path: item.path, failure: toFailure(error) };
        reporter.tell(event, `${printable(item.path)}: not deleted, ${error.code}`);
      }
    }
  });
  const deleted = chosen.filter(({ item }) => !failed.has(item.path));
  const freedBytes = deleted.reduce((sum, { item }) => sum + item.freedBytes, 0);
  reporter.tell({ event: 'freed', freedBytes }, `${formatBytes(freedBytes)} freed`);
  return failed.size === 0;
}

function tellItem(reporter: Reporter, { kind, path, modelId, usedBytes, since }: StoredItem): void {
  const event = { event: 'stored', kind, path, modelId, usedBytes, since };
  reporter.tell(event, `${formatBytes(usedBytes).padStart(9)}  ${KINDS[kind]}: ${printable(path)}`);
}

function tellSum(reporter: Reporter, { usedBytes, deviceFreeBytes }: StorageReport): void {
  const free = deviceFreeBytes === undefined ? '' : `; ${formatBytes(deviceFreeBytes)} free`;
  reporter.tell(
    { event: 'sum', usedBytes, deviceFreeBytes },
    `${formatBytes(usedBytes).padStart(9)}  in all${free}`,
  );
}

function tellChoice(reporter: Reporter, { item, reason, since }: RoomChoice): void {
  const { path, freedBytes, modelId } = item;
  const event = { event: 'planned', path, modelId, freedBytes, reason, since };
  const day = since === undefined ? '' : `, ${formatDay(since)}`;
  reporter.tell(
    event,
    `${formatBytes(freedBytes).padStart(9)}  ${printable(path)}: ${REASONS[reason]}${day}`,
  );
}

const KINDS: Readonly<Record<StoredKind, string>> = {
  model: 'a model',
  earlier: 'an earlier version',
  update: 'an update that waits',
  download: 'a download that isn’t complete',
  removed: 'a removed model that can come back',
  move: 'copies of a move to another drive',
  import: 'files that are being taken in',
  leftover: 'what is left of a removal',
  record: 'the record of where models lie',
  unknown: 'files that nobody here knows',
};

const REASONS: Readonly<Record<RoomReason, string>> = {
  leftover: 'what is left of a removal',
  earlier: 'an earlier version, kept since',
  removed: 'removed, could come back',
  untouched: 'a download, paused',
  unused: 'a model, installed or used last',
};
