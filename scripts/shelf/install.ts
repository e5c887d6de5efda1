/** `modelshelf install` and `modelshelf verify`: the lock’s models on this computer, exactly as the lock states them. */
import { pinBuild } from '../../lib/ai/builds/pinBuild';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import type { ModelBuild } from '../../lib/ai/runtimes/modelBuild';
import { printable } from '../../lib/components/words/words';
import type { Reporter } from '../cli/reporter';
import { UsageError } from '../cli/usageError';
import { acceptedIn } from './acceptLicense';
import { adoptingManager } from './adoptFolder';
import { onEachRuntime } from './eachRuntime';
import { withHubTools } from './hubTools';
import { incompleteFiles, withBuildsOf } from './lock/lockEntry';
import { LockError } from './lock/lockError';
import { changeLock, readLock, type Lock } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code. @throws UsageError, LockError, ModelError */
export async function install(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const { lockPath, adopt } = options;
  const lock = await existingLock(lockPath, hubEndpoint);
  const models = namedModels(lock, options);
  const open = models.filter((model) => incompleteFiles(model).length > 0);
  if (open.length > 0 && options.isFrozen) throw new LockError(lacksFacts(lockPath, open));
  if (open.length > 0) await completeLock(options, reporter, open);
  const prepare =
    adopt === undefined
      ? {}
      : { prepare: adoptingManager({ source: adopt, store: options.folder }, reporter) };
  const acceptedLicenses = acceptedIn(lock, options);
  return onEachRuntime({
    ...{ task: 'download', models, options, reporter, acceptedLicenses },
    ...prepare,
  });
}

/** Resolves with the exit code; a model that isn’t here is a failure. @throws UsageError, LockError */
export async function verify(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const models = namedModels(await existingLock(options.lockPath, hubEndpoint), options);
  return onEachRuntime({ task: 'verify', models, options, reporter });
}

/** @throws LockError, also when there is no lock file */
export async function existingLock(path: string, hubEndpoint: string): Promise<Lock> {
  const lock = await readLock(path, hubEndpoint);
  if (lock.text !== undefined) return lock;
  throw new LockError(`There is no ${path}. modelshelf add writes it.`);
}

/** The named models, or all. @throws UsageError for an id that isn’t in the lock */
export function namedModels({ models }: Lock, { names }: ShelfOptions): readonly LlmModelConfig[] {
  if (names.length === 0) return models;
  return names.map((name) => {
    const found = models.find(({ modelId }) => modelId === name);
    if (found) return found;
    const ids = models.map(({ modelId }) => `  ${modelId}`).join('\n');
    throw new UsageError(`${printable(name)} is not in the lock. These are:\n${ids}`);
  });
}

function lacksFacts(lockPath: string, models: readonly LlmModelConfig[]): string {
  const lines = models.map(
    (model) => `  ${model.modelId}: ${incompleteFiles(model).map(printable).join(', ')}`,
  );
  return `${lockPath} doesn’t state the size and the SHA-256 of every file, as --frozen needs:\n${lines.join('\n')}\nmodelshelf install without --frozen asks the hub for them.`;
}

/** Asks the hub for what the lock doesn’t state, and writes it into the lock. */
async function completeLock(
  options: ShelfOptions,
  reporter: Reporter,
  models: readonly LlmModelConfig[],
): Promise<void> {
  await withHubTools(options, reporter, async (tools, signal) => {
    for (const model of models) {
      const builds: ModelBuild[] = [];
      for (const build of buildsOf(model)) {
        builds.push(await pinBuild(tools, { facts: model, build }, signal));
      }
      await changeLock(options.lockPath, tools.hubEndpoint, (lock) =>
        withBuildsOf(lock, model.modelId, builds),
      );
    }
  });
}
