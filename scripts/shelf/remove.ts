/** `modelshelf remove`: the files of models from the disk, then the models out of the lock. */
import { KEPT_ENTRY_NAME, keptPath } from '../../lib/ai/registry/buildPlaces';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import type { Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { onEachRuntime } from './eachRuntime';
import { existingLock, namedModels } from './install';
import { changeLock, type Lock } from './lock/lockFile';
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
  const { lockPath, keepsFiles, removesNow } = options;
  const lock = await existingLock(lockPath, hubEndpoint);
  const models = namedModels(lock, options);
  const kept = new Set<string>();
  if (!keepsFiles) {
    const prepare = removesNow
      ? {}
      : { prepare: (app: Composition) => keeping(app, lock, (modelId) => kept.add(modelId)) };
    const code = await onEachRuntime({ task: 'remove', models, options, reporter, ...prepare });
    if (code !== 0) return code;
  }
  const ids = models.map(({ modelId }) => modelId);
  await changeLock(lockPath, hubEndpoint, ({ entries }) =>
    entries.filter(({ modelId }) => !ids.includes(modelId)),
  );
  for (const model of models) {
    const { modelId } = model;
    const runtimes = buildsOf(model).map(({ runtime }) => runtime);
    const canComeBack = kept.has(modelId);
    const back = canComeBack
      ? `; its files stay for a day, or until a download needs the room: modelshelf restore ${modelId}`
      : '';
    const event = { event: 'unlocked', modelId, runtimes, canComeBack };
    reporter.tell(event, `${modelId}: no longer in the lock${back}`);
  }
  return 0;
}

/** The manager, with removals that can be taken back. What is kept gets the model's entry in the lock. */
function keeping(
  { manager, platform: { files } }: Composition,
  lock: Lock,
  onKept: (modelId: string) => void,
): Composition['manager'] {
  return {
    ...manager,
    async deleteModel(config) {
      const { modelId, folderName } = config;
      const place = keptPath('removed', folderName, manager.runtimeOf(config));
      await manager.deleteModel(config, { canComeBack: true });
      if ((await files.list(place)).length === 0) return;
      const entry = lock.entries.find((each) => each.modelId === modelId);
      await files.writeText(`${place}/${KEPT_ENTRY_NAME}`, JSON.stringify(entry));
      onKept(modelId);
    },
  };
}
