/** Runs a task of `download:models` on the models of a lock, once for each runtime that they have builds for. */
import { buildsOf } from '../../lib/ai/runtimes/notation';
import { RUNTIMES } from '../../lib/ai/runtimes/runtimes';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { Runtime } from '../../lib/platform/types';
import { compose, type Composition } from '../cli/compose';
import type { Task } from '../cli/options';
import type { Reporter } from '../cli/reporter';
import { onInterrupt } from '../cli/runCommandLine';
import { runTask } from '../cli/runTask';
import type { ShelfOptions } from './shelfOptions';

export interface RuntimeTask {
  task: Task;
  models: readonly LlmModelConfig[];
  options: ShelfOptions;
  reporter: Reporter;
  /** As `ShelfOptions.acceptedLicenses` of a shelf. */
  acceptedLicenses?: readonly string[] | 'all';
  /** Replaces parts of the manager before the task begins. */
  prepare?: (app: Composition) => Composition['manager'];
}

/** Resolves with the exit code: 1 when something failed for one of the runtimes; the others were still tried. */
export async function onEachRuntime(work: RuntimeTask): Promise<0 | 1> {
  let code: 0 | 1 = 0;
  for (const runtime of runtimesOf(work)) {
    if ((await onRuntime(work, runtime)) === 1) code = 1;
  }
  return code;
}

function runtimesOf({ models, options }: RuntimeTask): Runtime[] {
  const has = (runtime: Runtime) => models.some((model) => hasBuild(model, runtime));
  const wanted = options.runtime === undefined ? RUNTIMES : [options.runtime];
  return wanted.filter(has);
}

export function hasBuild(model: LlmModelConfig, runtime: Runtime): boolean {
  return buildsOf(model).some((build) => build.runtime === runtime && build.files.length > 0);
}

async function onRuntime(
  { task, models, options, reporter, prepare, acceptedLicenses = [] }: RuntimeTask,
  runtime: Runtime,
): Promise<0 | 1> {
  const { folder, lockPath, proxy, limitRate, output } = options;
  const catalog = lockPath;
  const { usesWithdrawn } = options;
  const composed = { folder, runtime, catalog, proxy, acceptedLicenses, usesWithdrawn };
  const app = await compose({ ...composed, isLock: true }, reporter.warn);
  await app.manager.setRateLimit(limitRate);
  // What arrived is kept.
  const stopListening = onInterrupt(() => void app.manager.close());
  const modelIds = models.filter((model) => hasBuild(model, runtime)).map(({ modelId }) => modelId);
  try {
    return await runTask({
      manager: prepare?.(app) ?? app.manager,
      files: app.platform.files,
      engines: app.platform.engines,
      models: app.models,
      options: {
        task,
        modelIds,
        all: false,
        folder,
        runtime,
        catalog,
        proxy,
        output,
        limitRate,
        acceptsLicenses: false,
      },
      reporter,
    });
  } finally {
    stopListening();
    await app.close();
  }
}
