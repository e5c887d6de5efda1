/** `modelshelf outdated`: which models of the lock have a newer version, and which of them are here in an earlier one. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelUpdate } from '../../lib/ai/updates/modelUpdate';
import { formatBytes, printable } from '../../lib/components/words/words';
import type { Runtime } from '../../lib/platform/types';
import { isEarlierIn } from '../cli/bringStated';
import type { Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { describeInTerminal } from '../cli/terminalWords';
import { entryOf, findNewer, heldReason, runtimesOf, withStores } from './findNewer';
import { withHubTools } from './hubTools';
import { existingLock, namedModels } from './install';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code: 1 where a model couldn't be asked about. @throws UsageError, LockError */
export async function outdated(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const lock = await existingLock(options.lockPath, hubEndpoint);
  const models = namedModels(lock, options);
  return withHubTools(options, reporter, async (tools, signal) => {
    const { updates, problems, stoppedBy } = await findNewer(tools, models, signal);
    const earlier = await withStores({ options, reporter, lock }, (storeOf) =>
      earlierOnes(models, storeOf),
    );
    for (const config of models) {
      const { modelId } = config;
      const update = updates.find((each) => each.modelId === modelId);
      const held = heldReason(entryOf(lock, modelId));
      const isEarlier = earlier.has(modelId);
      const problem = problems[modelId];
      if (problem) {
        reporter.warn(`${modelId}: ${describeInTerminal(problem).title} (${problem.code})`);
        reporter.tell({ event: 'unknown', modelId, problem }, `${modelId}: not known`);
      } else if (update || isEarlier) {
        reporter.tell(
          { event: 'outdated', modelId, isEarlier, ...(held && { held }), ...factsOf(update) },
          lineOf(config, { update, isEarlier, held }),
        );
      }
    }
    if (stoppedBy) reporter.warn(`${describeInTerminal(stoppedBy).title} (${stoppedBy.code})`);
    const count = updates.length + earlier.size;
    const isComplete = stoppedBy === undefined && Object.keys(problems).length === 0;
    if (count === 0 && isComplete) {
      reporter.tell({ event: 'up-to-date', models: models.length }, 'Nothing is newer.');
    }
    return isComplete ? 0 : 1;
  });
}

async function earlierOnes(
  models: readonly LlmModelConfig[],
  storeOf: (runtime: Runtime) => Promise<Composition>,
): Promise<ReadonlySet<string>> {
  const earlier = new Set<string>();
  for (const { modelId, ...config } of models) {
    for (const runtime of runtimesOf({ modelId, ...config })) {
      const state = (await storeOf(runtime)).manager.getSnapshot().states[modelId];
      if (state && isEarlierIn(state)) earlier.add(modelId);
    }
  }
  return earlier;
}

/** For programs. */
export function factsOf(update: ModelUpdate | undefined): Record<string, unknown> {
  if (!update) return {};
  const { runtime, downloadBytes, totalBytes, changes, license, notes, dateMs, config } = update;
  const commit = config.provenance?.commit;
  return { runtime, downloadBytes, totalBytes, changes, license, notes, dateMs, commit };
}

interface Line {
  update: ModelUpdate | undefined;
  isEarlier: boolean;
  held: string | undefined;
}

function lineOf({ modelId, provenance }: LlmModelConfig, { update, isEarlier, held }: Line) {
  const parts = [
    ...(isEarlier ? ['an earlier version than the lock states is here'] : []),
    ...(update ? [updateWords(update, provenance?.commit)] : []),
    ...(held === undefined ? [] : [`held: ${held}`]),
  ];
  return printable(`${modelId}: ${parts.join('; ')}`);
}

export function updateWords(update: ModelUpdate, commit: string | undefined): string {
  const { downloadBytes, totalBytes, isCompared, changes, license, dateMs, config } = update;
  const size =
    downloadBytes === undefined || totalBytes === undefined
      ? 'size unknown'
      : `${isCompared ? '' : 'at most '}${formatBytes(downloadBytes)} of ${formatBytes(totalBytes)}`;
  const to = config.provenance?.commit.slice(0, 12) ?? 'newer';
  const date = dateMs === undefined ? '' : ` of ${new Date(dateMs).toISOString().slice(0, 10)}`;
  const terms = license ? `, licence ${license.from} → ${license.to}` : '';
  return `${commit?.slice(0, 12) ?? ''} → ${to}${date}, ${size}, ${changes.join(' and ')} changed${terms}`;
}
