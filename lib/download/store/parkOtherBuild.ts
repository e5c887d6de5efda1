/** Stores of the first version had one staging folder for each model, shared by all its builds. This separates them. */
import { MANIFEST_NAME, stagingPath } from '../../ai/registry/buildPlaces';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { FileStore, Runtime } from '../../platform/types';
import { PLAN_NAME, parsePlan } from '../plan/plan';

/** The runtime of the build that keeps that folder now. */
export const FIRST_RUNTIME: Runtime = 'llama.cpp';

/** Whether a download in that folder is of another build. */
export async function isOfOtherBuild(files: FileStore, staging: string): Promise<boolean> {
  return (await otherRuntime(files, staging)) !== undefined;
}

async function otherRuntime(files: FileStore, staging: string): Promise<Runtime | undefined> {
  const plan = parsePlan(await files.readText(`${staging}/${PLAN_NAME}`));
  return plan?.runtime === FIRST_RUNTIME ? undefined : plan?.runtime;
}

/**
 * Moves a download of another build from `staging`, the first build's folder, to the other build's own folder,
 * unless a download has begun there. The caller owns `staging`. Idempotent; after a crash, the next call goes on.
 */
export async function parkOtherBuild(
  files: FileStore,
  config: LlmModelConfig,
  staging: string,
): Promise<void> {
  const runtime = await otherRuntime(files, staging);
  if (runtime === undefined) return;
  const place = stagingPath(config, runtime);
  if ((await files.readText(`${place}/${PLAN_NAME}`)) !== undefined) return;
  const present = (await files.list(staging)).map(({ path }) => path);
  // The plan is moved last, because the next call depends on it.
  const last = [`${staging}/${MANIFEST_NAME}`, `${staging}/${PLAN_NAME}`];
  const first = present.filter((path) => !last.includes(path)).sort();
  for (const path of [...first, ...last.filter((each) => present.includes(each))]) {
    await files.move(path, `${place}${path.slice(staging.length)}`);
  }
}
