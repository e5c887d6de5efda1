/** `modelshelf update`: brings the lock's models to their newest versions, each beside the installed one first. */
import { pinBuild } from '../../lib/ai/builds/pinBuild';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { atEndpoint } from '../../lib/ai/registry/atEndpoint';
import { isAsStated } from '../../lib/ai/registry/published';
import { buildsOf, withBuilds } from '../../lib/ai/runtimes/notation';
import type { ModelUpdate } from '../../lib/ai/updates/modelUpdate';
import { isAbortError, toFailure } from '../../lib/errors';
import type { Runtime } from '../../lib/platform/types';
import { bringStated } from '../cli/bringStated';
import type { Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { describeInTerminal } from '../cli/terminalWords';
import { UsageError } from '../cli/usageError';
import { entryOf, findNewer, heldReason, runtimesOf, withStores } from './findNewer';
import { withHubTools, type CommandTools } from './hubTools';
import { existingLock, namedModels } from './install';
import { withAddition } from './lock/lockEntry';
import { changeLock, type Lock } from './lock/lockFile';
import { factsOf, updateWords } from './outdated';
import type { ShelfOptions } from './shelfOptions';

/**
 * Resolves with the exit code: 1 when a model failed; the others were still tried. The lock states a newer version once it is
 * installed, so that a kill leaves lock and files of the old one, or files that the next run finds.
 * @throws UsageError, LockError; AbortError, with bytes kept
 */
export async function update(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const lock = await existingLock(options.lockPath, hubEndpoint);
  const named = namedModels(lock, options);
  const models = named.filter((model) => !isHeld(model, { lock, options, reporter }));
  return withHubTools(options, reporter, async (tools, signal) => {
    const { updates, problems, stoppedBy } = await findNewer(tools, models, signal);
    let code = stoppedBy === undefined ? 0 : 1;
    if (stoppedBy) reporter.warn(`${describeInTerminal(stoppedBy).title} (${stoppedBy.code})`);
    await withStores({ options, reporter, lock }, async (storeOf) => {
      for (const model of models) {
        const found = updates.find(({ modelId }) => modelId === model.modelId);
        const problem = problems[model.modelId];
        const job = { model, found, storeOf, options, reporter };
        try {
          if (problem) reporter.failed(model, problem);
          else await updateModel(tools, job, signal);
        } catch (error) {
          if (isAbortError(error)) throw error;
          reporter.failed(model, toFailure(error));
          code = 1;
        }
        if (problem) code = 1;
      }
    });
    return code;
  });
}

interface Held {
  lock: Lock;
  options: ShelfOptions;
  reporter: Reporter;
}

/** @throws UsageError for a held model that was named: it has to be released first */
function isHeld({ modelId }: LlmModelConfig, { lock, options, reporter }: Held): boolean {
  const reason = heldReason(entryOf(lock, modelId));
  if (reason === undefined) return false;
  const line = `${modelId} is held at its version: ${reason}. modelshelf release ${modelId} ends that.`;
  if (!options.isForAll) throw new UsageError(line);
  reporter.tell({ event: 'held', modelId, reason }, line);
  return true;
}

interface UpdateJob {
  model: LlmModelConfig;
  found: ModelUpdate | undefined;
  storeOf: (runtime: Runtime) => Promise<Composition>;
  options: ShelfOptions;
  reporter: Reporter;
}

async function updateModel(
  tools: CommandTools,
  job: UpdateJob,
  signal: AbortSignal,
): Promise<void> {
  const { model, found, options, reporter } = job;
  const { modelId, provenance } = model;
  const words = found ? updateWords(found, provenance?.commit) : 'nothing is newer';
  const tell = (event: string) => {
    reporter.tell({ event, modelId, ...factsOf(found) }, `${modelId}: ${words}`);
  };
  if (!found) tell('up-to-date');
  else if (options.isDryRun) tell('would-update');
  if (options.isDryRun) return;
  const newer = found ? await pinned(tools, found.config, signal) : model;
  await bringBuilds(tools, { ...job, newer }, signal);
  if (!found) return;
  const addition = { facts: newer, builds: buildsOf(newer), isNamed: true };
  await changeLock(options.lockPath, tools.hubEndpoint, (lock) => withAddition(lock, addition));
  tell('updated');
}

/** Brings the builds that are here in another version; those that aren't here stay away. */
async function bringBuilds(
  tools: CommandTools,
  { model, newer, storeOf, reporter }: UpdateJob & { newer: LlmModelConfig },
  signal: AbortSignal,
): Promise<void> {
  const config = atEndpoint(newer, tools.hubEndpoint);
  const onState = (state: Parameters<Reporter['progress']>[1]) => reporter.progress(config, state);
  for (const runtime of runtimesOf(config)) {
    const { manager, shelf, platform } = await storeOf(runtime);
    const { installed } = await manager.versions.find(model);
    if (!installed || isAsStated(config, runtime, installed.files)) continue;
    // The store knows it as the lock will state it.
    shelf.registry.offer([config]);
    reporter.begin(config);
    await bringStated({ ...platform, manager, onState, signal }, config);
    const state = manager.getSnapshot().states[config.modelId];
    if (state?.kind === 'installed') reporter.installed(config, state, false);
  }
}

/** With the SHA-256 of each file, as the lock needs it. */
async function pinned(
  tools: CommandTools,
  config: LlmModelConfig,
  signal: AbortSignal,
): Promise<LlmModelConfig> {
  const builds = [];
  for (const build of buildsOf(config)) {
    builds.push(await pinBuild(tools, { facts: config, build }, signal));
  }
  return withBuilds(config, builds);
}
