/** Does what the command line asks of a manager that has started. */
import { DEFAULT_MODEL, findModel, type LlmModelConfig } from '../../lib/ai/modelConfig';
import { modelFiles, unavailableReason } from '../../lib/ai/registry/modelFiles';
import type { ModelFile } from '../../lib/ai/runtimes/modelBuild';
import type { ModelManager } from '../../lib/ai/modelManager';
import type { ModelState } from '../../lib/ai/modelState';
import { findBuilds } from '../../lib/ai/manage/readModelState';
import { isVerified } from '../../lib/ai/registry/published';
import { formatBytes, printable } from '../../lib/components/words/words';
import { isAbortError, ModelError, toFailure } from '../../lib/errors';
import type { Engines, FileStore } from '../../lib/platform/types';
import type { Options } from './options';
import { verifiedFacts, type Reporter, type Summary } from './reporter';
import { bringStated, isEarlierIn } from './bringStated';
import { checkedWords } from './terminalWords';
import { UsageError } from './usageError';

export interface Job {
  manager: ModelManager;
  files: FileStore;
  /** For the trial of a newer version. */
  engines?: Engines;
  models: readonly LlmModelConfig[];
  options: Options;
  reporter: Reporter;
}

/**
 * Resolves with the exit code: 0, or 1 when something failed; the other models were still tried.
 * @throws UsageError for an unknown id, AbortError when the manager was closed meanwhile.
 */
export async function runTask(job: Job): Promise<0 | 1> {
  const { options } = job;
  switch (options.task) {
    case 'list':
      listModels(job);
      return 0;
    case 'verify':
      return eachInstalled(job, verify);
    case 'repair':
      return eachInstalled(job, repair);
    case 'remove':
      return each(job, named(job), (config) => remove(job, config));
    case 'restore':
      return each(job, named(job), (config) => restore(job, config));
    case 'download':
      return each(job, wanted(job), (config) => download(job, config));
    case 'help':
    case 'version':
      return 0;
  }
}

/** Does `work` for the named models, or for all installed ones; reports when there are none. */
async function eachInstalled(
  job: Job,
  work: (job: Job, config: LlmModelConfig) => Promise<void>,
): Promise<0 | 1> {
  const { options, reporter } = job;
  const configs = installedAmong(job);
  if (configs.length === 0) {
    const { task, folder } = options;
    const line = `No model is installed in ${printable(folder)}: there is nothing to ${task}.`;
    reporter.tell({ event: 'nothing-installed', folder }, line);
  }
  return each(job, configs, (config) => work(job, config));
}

async function each(
  { reporter }: Job,
  configs: readonly LlmModelConfig[],
  work: (config: LlmModelConfig) => Promise<void>,
): Promise<0 | 1> {
  const done: string[] = [];
  const failed: Summary['failed'][number][] = [];
  for (const config of configs) {
    try {
      await work(config);
      done.push(config.modelId);
    } catch (error) {
      if (isAbortError(error)) throw error;
      const failure = toFailure(error);
      failed.push({ modelId: config.modelId, failure });
      reporter.failed(config, failure);
    }
  }
  if (configs.length > 1) reporter.summary({ done, failed });
  return failed.length === 0 ? 0 : 1;
}

async function download(job: Job, config: LlmModelConfig): Promise<void> {
  const state = stateOf(job.manager, config);
  const { manager, reporter } = job;
  if (isEarlierIn(state)) {
    // The catalog or the lock states another version than the installed one.
    const onState = (each: ModelState) => reporter.progress(config, each);
    await show(job, config, {
      wasHere: false,
      work: () => bringStated({ ...job, manager, onState }, config),
    });
    return;
  }
  const work = () => manager.ensureModelPresent(config);
  await show(job, config, { wasHere: state.kind === 'installed', work });
}

async function repair(job: Job, config: LlmModelConfig): Promise<void> {
  const work = () => job.manager.repairModel(config);
  await show(job, config, { wasHere: false, work });
}

async function show(
  { manager, reporter }: Job,
  config: LlmModelConfig,
  { wasHere, work }: { wasHere: boolean; work: () => Promise<unknown> },
): Promise<void> {
  reporter.begin(config);
  const unsubscribe = manager.subscribe(() => {
    reporter.progress(config, stateOf(manager, config));
  });
  try {
    await work();
  } finally {
    unsubscribe();
  }
  const state = stateOf(manager, config);
  if (state.kind === 'installed') reporter.installed(config, state, wasHere);
}

async function verify({ manager, reporter }: Job, config: LlmModelConfig): Promise<void> {
  await manager.verifyModel(config);
  const { modelId } = config;
  const state = stateOf(manager, config);
  if (isEarlierIn(state)) {
    // It is sound, but it isn't what the catalog or the lock states now.
    const stated = new Set(modelFiles(config, manager.runtimeOf(config)).flatMap(digestOf));
    const other = state.files.find(({ sha256 }) => !stated.has(sha256));
    throw new ModelError('NOT_AS_PUBLISHED', { fileName: other?.fileName ?? '' });
  }
  const files = state.kind === 'installed' ? state.files : [];
  const event = { event: 'verified', modelId, verified: files.every(isVerified) };
  reporter.tell(event, `${modelId}: ${checkedWords(files)}`);
}

async function remove({ manager, files, reporter }: Job, config: LlmModelConfig): Promise<void> {
  const { modelId } = config;
  const freedBytes = await manager.getModelSize(config);
  await manager.deleteModel(config);
  const left = await findBuilds(files, config);
  const here = left.map((runtime) => `; its build for ${runtime} is here (--runtime ${runtime})`);
  const done = freedBytes === 0 ? 'was not here' : `removed, ${formatBytes(freedBytes)} freed`;
  const event = { event: 'removed', modelId, freedBytes, otherBuilds: left };
  reporter.tell(event, `${modelId}: ${done}${here.join('')}`);
}

async function restore({ manager, reporter }: Job, config: LlmModelConfig): Promise<void> {
  const { modelId } = config;
  // Its build for another runtime was removed.
  if ((await manager.findRemoved(config)) === undefined) return;
  await manager.bringBack(config);
  const sizeBytes = await manager.getModelSize(config);
  const line = `${modelId}: here again, ${formatBytes(sizeBytes)}`;
  reporter.tell({ event: 'restored', modelId, sizeBytes }, line);
}

function listModels({ manager, models, reporter }: Job): void {
  const width = Math.max(...models.map(({ modelId }) => modelId.length));
  for (const config of models) {
    const { modelId, displayName, isUnlisted, withdrawn } = config;
    const state = stateOf(manager, config);
    // It was removed, and only its files could come back.
    if (isUnlisted && state.kind === 'unavailable' && state.usedBytes === undefined) continue;
    const name = isUnlisted ? 'no longer in a catalog' : printable(displayName);
    const why = withdrawn && `  withdrawn: ${printable(withdrawn.reason)}`;
    const line = `${modelId.padEnd(width)}  ${stateWords(state).padEnd(22)}  ${name}${why ?? ''}`;
    const about = {
      ...{ modelId, displayName },
      ...(isUnlisted && { isUnlisted }),
      ...(withdrawn && { withdrawn }),
    };
    reporter.tell({ event: 'model', ...about, ...listed(state) }, line);
  }
}

function listed(state: ModelState): Record<string, unknown> {
  const { kind, ...facts } = state;
  return { state: kind, ...facts, ...verifiedFacts(state) };
}

function installedWord(state: ModelState): string {
  return isEarlierIn(state) ? 'an earlier version' : 'installed';
}

function stateWords(state: ModelState): string {
  switch (state.kind) {
    case 'installed':
      return `${installedWord(state)}, ${formatBytes(state.sizeBytes)}`;
    case 'differs':
      return `another file, ${formatBytes(state.sizeBytes)}`;
    case 'paused':
      return `${formatBytes(state.receivedBytes)} arrived`;
    case 'unavailable':
      return state.usedBytes === undefined
        ? 'not available'
        : `${formatBytes(state.usedBytes)} arrived`;
    case 'disconnected':
      return 'not connected';
    default:
      return 'not downloaded';
  }
}

function digestOf({ source }: ModelFile): string[] {
  return source.kind === 'remote' && source.sha256 !== undefined ? [source.sha256] : [];
}

function stateOf(manager: ModelManager, { modelId }: LlmModelConfig): ModelState {
  return manager.getSnapshot().states[modelId] ?? { kind: 'absent' };
}

function wanted({ models, options }: Job): LlmModelConfig[] {
  const { all, modelIds, runtime } = options;
  if (all) return models.filter((model) => unavailableReason(model, runtime) === undefined);
  if (modelIds.length === 0) return [findModel(models, DEFAULT_MODEL.modelId) ?? DEFAULT_MODEL];
  return modelIds.map((modelId) => known(models, modelId));
}

function named({ models, options }: Job): LlmModelConfig[] {
  return options.modelIds.map((modelId) => known(models, modelId));
}

function installedAmong(job: Job): LlmModelConfig[] {
  if (job.options.modelIds.length > 0) return named(job);
  return job.models.filter((model) =>
    ['installed', 'differs'].includes(stateOf(job.manager, model).kind),
  );
}

/** @throws UsageError that lists the known ids */
export function known(models: readonly LlmModelConfig[], modelId: string): LlmModelConfig {
  const config = findModel(models, modelId);
  if (config) return config;
  const ids = models.map((model) => `  ${model.modelId}`).join('\n');
  throw new UsageError(`No model is called ${printable(modelId)}. These are:\n${ids}`);
}
