/** `modelshelf add`: asks the hub about models and writes them into the lock file. */
import { askRepository, type Repository } from '../../lib/ai/discover/askRepository';
import { askScans, isSuspect, type ScanStatus } from '../../lib/ai/discover/askScans';
import type { RepositoryAddress } from '../../lib/ai/discover/addressParts';
import { fitOfBuild, type DeviceMemory } from '../../lib/ai/builds/buildFit';
import { describeModel } from '../../lib/ai/builds/describeModel';
import { pinBuild } from '../../lib/ai/builds/pinBuild';
import { recommendBuild } from '../../lib/ai/builds/recommendBuild';
import { repositoryBuilds, type RepositoryBuild } from '../../lib/ai/builds/repositoryBuilds';
import { ALL_MODELS, type LlmModelConfig } from '../../lib/ai/modelConfig';
import { formatCatalog } from '../../lib/ai/registry/catalogText';
import { unavailableReason } from '../../lib/ai/registry/modelFiles';
import type { ModelBuild } from '../../lib/ai/runtimes/modelBuild';
import { buildsOf, withBuilds } from '../../lib/ai/runtimes/notation';
import { scanWords } from '../../lib/components/words/discoverWords';
import { formatBytes, printable } from '../../lib/components/words/words';
import { isAbortError, ModelError } from '../../lib/errors';
import type { Reporter } from '../cli/reporter';
import { UsageError } from '../cli/usageError';
import { chooseBuild, type Choice } from './chooseBuild';
import { withHubTools, type CommandTools } from './hubTools';
import { withLicense } from './acceptLicense';
import { withAddition, type Addition } from './lock/lockEntry';
import { changeLock, readLock, type LockEntry } from './lock/lockFile';
import { readSpec, type Spec } from './readSpec';
import type { ShelfOptions } from './shelfOptions';

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
  tools: CommandTools,
  { spec, options, reporter }: Wanted,
  signal: AbortSignal,
): Promise<Addition> {
  if (spec.kind === 'registry') return ofRegistry(tools, { model: spec.model, options }, signal);
  return ofHub(tools, { spec, options, reporter }, signal);
}

async function ofHub(
  tools: CommandTools,
  { spec, options, reporter }: Wanted & { spec: RepositoryAddress },
  signal: AbortSignal,
): Promise<Addition> {
  if (options.runtime !== undefined) {
    throw new UsageError('--runtime is for models of the registry; a file of the hub has its own.');
  }
  const repository = await askRepository(tools, spec, signal);
  const { build, weightsPaths: paths } = chooseBuild(
    await choiceOf(tools, repository, options),
    spec,
  );
  const { name, commit, revision } = repository;
  const facts = {
    ...describeModel(repository, build, options.modelId),
    ...(revision !== undefined && { provenance: { repository: name, commit, revision } }),
  };
  refuseUnusable(withBuilds(facts, [build]), build);
  const complete = await pinBuild(tools, { facts, build }, signal);
  await warnOfScans(tools, { repository, paths, warn: reporter.warn }, signal);
  if (repository.isGated) {
    reporter.warn(
      `${facts.modelId}: its licence has to be accepted at ${facts.huggingFaceUrl} before the download, which needs HF_TOKEN.`,
    );
  }
  return { facts, builds: [complete], isNamed: options.modelId !== undefined };
}

interface Scanned {
  repository: Repository;
  paths: readonly string[];
  warn: (text: string) => void;
}

/** Tells what the hub's malware scanners found, where that isn't nothing. A mirror may not know it. */
async function warnOfScans(
  tools: CommandTools,
  { repository, paths, warn }: Scanned,
  signal: AbortSignal,
): Promise<void> {
  const scans = await askScans(tools, { repository, paths }, signal).catch((error: unknown) => {
    if (isAbortError(error)) throw error;
    return new Map<string, ScanStatus>();
  });
  for (const [path, status] of scans) {
    if (!isSuspect(status)) continue;
    warn(`${printable(path)}: ${scanWords(status)}`);
  }
}

async function choiceOf(
  { host }: CommandTools,
  repository: Repository,
  { takesRecommended }: ShelfOptions,
): Promise<Choice> {
  const device: DeviceMemory = { host, memory: await host.memory(), provenBytes: 0 };
  const fitOf = (found: RepositoryBuild) => fitOfBuild(repository, found, device).fit;
  const { runtimes } = host;
  return {
    ...{ repository, builds: repositoryBuilds(repository), takesRecommended, fitOf },
    // The models folder may be on another disk than the lock, so free space isn't known here.
    recommend: (builds) => recommendBuild({ builds, fitOf, freeBytes: undefined, runtimes }),
  };
}

async function ofRegistry(
  tools: CommandTools,
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
    completed.push(await pinBuild(tools, { facts: model, build }, signal));
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
