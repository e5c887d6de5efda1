/** `modelshelf remove`: models out of the lock, then their files from the disk. */
import { buildsOf } from '../../lib/ai/runtimes/notation';
import type { Reporter } from '../cli/reporter';
import { onEachRuntime } from './eachRuntime';
import { existingLock, namedModels } from './install';
import { changeLock } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

/**
 * Resolves with the exit code. The files are removed first: after a failure the model is still in the lock, and the same
 * command goes on. @throws UsageError, LockError
 */
export async function remove(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const { lockPath, keepsFiles } = options;
  const models = namedModels(await existingLock(lockPath, hubEndpoint), options);
  if (!keepsFiles) {
    const code = await onEachRuntime({ task: 'remove', models, options, reporter });
    if (code !== 0) return code;
  }
  const ids = models.map(({ modelId }) => modelId);
  await changeLock(lockPath, hubEndpoint, ({ entries }) =>
    entries.filter(({ modelId }) => !ids.includes(modelId)),
  );
  for (const model of models) {
    const { modelId } = model;
    const runtimes = buildsOf(model).map(({ runtime }) => runtime);
    reporter.tell({ event: 'unlocked', modelId, runtimes }, `${modelId}: no longer in the lock`);
  }
  return 0;
}
