/** `modelshelf add`: asks the hub about models and writes them into the lock file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LicenseTextTools } from '../../lib/ai/added/licenseText';
import { ALL_MODELS, type LlmModelConfig } from '../../lib/ai/modelConfig';
import { formatCatalog } from '../../lib/ai/registry/catalogText';
import { unavailableReason } from '../../lib/ai/registry/modelFiles';
import { buildsOf, withBuilds } from '../../lib/ai/runtimes/notation';
import type { ModelBuild } from '../../lib/ai/runtimes/modelBuild';
import { formatBytes, printable } from '../../lib/components/words/words';
import { ModelError, toFailure } from '../../lib/errors';
import { composePlatform } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { onInterrupt } from '../cli/runCommandLine';
import { describeInTerminal } from '../cli/terminalWords';
import { UsageError } from '../cli/usageError';
import { askRepository } from './hub/askRepository';
import { chooseBuild } from './hub/chooseBuild';
import { completeBuild, type CompleteTools } from './hub/completeBuild';
import { describeModel } from './hub/describeModel';
import { withLicense } from './acceptLicense';
import { withAddition, type Addition } from './lock/lockEntry';
import { changeLock, readLock, type LockEntry } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';
import { readSpec, type HubSpec, type Spec } from './hub/spec';

/** Resolves with the exit code. @throws UsageError, LockError, ModelError; the lock is then as it was */
export async function add(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { lockPath, isDryRun } = options;
  return withHubTools(options, reporter, async (tools, signal) => {
    const { hubEndpoint } = tools;
    const context = { registry: ALL_MODELS, hubEndpoint };
    const specs = options.names.map((name) => readSpec(name, context));
    // A lock that can't be used is reported before the hub is asked.
    await readLock(lockPath, hubEndpoint);
    const additions: Addition[] = [];
    for (const spec of specs) {
      const addition = await additionOf(tools, { spec, options, reporter }, signal);
      additions.push(await withLicense(tools, { addition, options, reporter }, signal));
    }
    for (const addition of additions) {
      let changed = false;
      const change = (lock: Awaited<ReturnType<typeof readLock>>): LockEntry[] => {
        const entries = withAddition(lock, addition);
        changed = formatCatalog(entries) !== formatCatalog(lock.entries);
        return entries;
      };
      if (isDryRun) change(await readLock(lockPath, hubEndpoint));
      else await changeLock(lockPath, hubEndpoint, change);
      tellAddition(reporter, { addition, changed, isDryRun });
    }
    return 0;
  });
}

interface Wanted {
  spec: Spec;
  options: ShelfOptions;
  reporter: Reporter;
}

async function additionOf(
  tools: CompleteTools,
  { spec, options, reporter }: Wanted,
  signal: AbortSignal,
): Promise<Addition> {
  if (spec.kind === 'registry') return ofRegistry(tools, { model: spec.model, options }, signal);
  return ofHub(tools, { spec, options, reporter }, signal);
}

async function ofHub(
  tools: CompleteTools,
  { spec, options, reporter }: Wanted & { spec: HubSpec },
  signal: AbortSignal,
): Promise<Addition> {
  if (options.runtime !== undefined) {
    throw new UsageError('--runtime is for models of the registry; a file of the hub has its own.');
  }
  const repository = await askRepository(tools, spec, signal);
  const build = chooseBuild(repository, spec);
  const facts = describeModel(repository, build, options.modelId);
  refuseUnusable(withBuilds(facts, [build]), build);
  const complete = await completeBuild(tools, { facts, build }, signal);
  if (repository.isGated) {
    reporter.warn(
      `${facts.modelId}: its licence has to be accepted at ${facts.huggingFaceUrl} before the download, which needs HF_TOKEN.`,
    );
  }
  return { facts, builds: [complete], isNamed: options.modelId !== undefined };
}

async function ofRegistry(
  tools: CompleteTools,
  { model, options: { runtime, modelId } }: { model: LlmModelConfig; options: ShelfOptions },
  signal: AbortSignal,
): Promise<Addition> {
  if (modelId !== undefined)
    throw new UsageError('--id is for models of the hub; those of the registry have ids.');
  const builds = buildsOf(model).filter(
    (build) => runtime === undefined || build.runtime === runtime,
  );
  const remote = builds.filter(({ files }) => files.some(({ source }) => source.kind === 'remote'));
  if (remote.length === 0) {
    const [first] = builds.flatMap(({ files }) => files.map(({ source }) => source));
    const reason =
      first?.kind === 'unavailable'
        ? first.reason
        : 'It comes with the app, so that there is nothing to lock.';
    throw new ModelError('MODEL_UNAVAILABLE', { modelId: model.modelId, reason });
  }
  const completed: ModelBuild[] = [];
  for (const build of remote)
    completed.push(await completeBuild(tools, { facts: model, build }, signal));
  return { facts: model, builds: completed, isNamed: false };
}

/** @throws ModelError MODEL_UNAVAILABLE with the reason, for files that no engine can load */
function refuseUnusable(model: LlmModelConfig, { runtime }: ModelBuild): void {
  const { modelId } = model;
  const reason = unavailableReason(model, runtime);
  if (reason !== undefined) throw new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
}

interface Told {
  addition: Addition;
  changed: boolean;
  isDryRun: boolean;
}

function tellAddition(reporter: Reporter, { addition, changed, isDryRun }: Told): void {
  const { facts, builds } = addition;
  const { modelId, license } = facts;
  const files = builds.flatMap((build) =>
    build.files.map(({ role, fileName, source }) => ({
      runtime: build.runtime,
      role,
      fileName,
      ...source,
    })),
  );
  const bytes = files.reduce(
    (sum, file) => sum + (file.kind === 'remote' ? (file.sizeBytes ?? 0) : 0),
    0,
  );
  const done = changed ? (isDryRun ? 'would be written' : 'written') : 'already in the lock';
  const about = builds
    .map(({ runtime, quantization }) => `${quantization} for ${runtime}`)
    .join(', ');
  const event = { event: 'added', modelId, changed, dryRun: isDryRun, license, bytes, files };
  reporter.tell(
    event,
    `${modelId}: ${done}; ${printable(about)}, ${formatBytes(bytes)}, licence ${printable(license)}`,
  );
}

/** Runs `work` with a platform whose store is a scratch folder, and removes that folder. */
export async function withHubTools<T>(
  { proxy }: Pick<ShelfOptions, 'proxy'>,
  reporter: Reporter,
  work: (tools: CompleteTools & LicenseTextTools, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-add-'));
  const platform = composePlatform({ folder, runtime: 'llama.cpp', proxy }, reporter.warn);
  const stopping = new AbortController();
  const stopListening = onInterrupt(() => {
    stopping.abort();
  });
  const tools: CompleteTools & LicenseTextTools = {
    ...platform,
    hubEndpoint: platform.environment.hubEndpoint,
    random: Math.random,
    onRetry(error) {
      const { title, detail } = describeInTerminal(toFailure(error));
      reporter.warn(`${title}. ${detail} The hub is asked again.`);
    },
  };
  try {
    return await work(tools, stopping.signal);
  } finally {
    stopListening();
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  }
}
