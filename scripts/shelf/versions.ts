/** `modelshelf go-back`, `hold` and `release`: earlier versions of the lock's models, and versions that stay. */
import { DEFAULT_HUB_ENDPOINT } from '../../lib/platform/addresses/hubEndpoint';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { InstalledFile } from '../../lib/ai/modelState';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import type { ModelBuild } from '../../lib/ai/runtimes/modelBuild';
import { ModelError, WENT_BACK } from '../../lib/errors';
import { printable } from '../../lib/components/words/words';
import type { Reporter } from '../cli/reporter';
import { runtimesOf, withStores } from './findNewer';
import { existingLock, namedModels } from './install';
import { provenanceOf, withBuildsOf } from './lock/lockEntry';
import { changeLock, type LockEntry } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

/**
 * Exchanges the installed version with the one before it, without a network, and writes that one into the lock, where it is
 * held. Resolves with the exit code. @throws UsageError, LockError; ModelError MODEL_MISSING where there is no earlier version
 */
export async function goBack(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const lock = await existingLock(options.lockPath, hubEndpoint);
  const models = namedModels(lock, options);
  await withStores({ options, reporter, lock }, async (storeOf) => {
    for (const model of models) {
      const { modelId } = model;
      const builds: ModelBuild[] = [];
      for (const build of buildsOf(model)) {
        if (!runtimesOf(model).includes(build.runtime)) continue;
        const { versions } = (await storeOf(build.runtime)).manager;
        if ((await versions.find(model)).earlier === undefined) {
          builds.push(build);
          continue;
        }
        await versions.goBack(model);
        const { installed } = await versions.find(model);
        builds.push(asInstalled(build, installed?.files ?? [], hubEndpoint));
      }
      if (builds.every((build) => buildsOf(model).includes(build))) {
        throw new ModelError('MODEL_MISSING', { modelId });
      }
      await changeLock(options.lockPath, hubEndpoint, (now) =>
        withBuildsOf(now, modelId, builds).map((entry) =>
          entry.modelId === modelId ? held(model, entry, builds) : entry,
        ),
      );
      const line = `${modelId}: back at the version before, which is held. modelshelf release ${modelId} ends that.`;
      reporter.tell({ event: 'went-back', modelId }, line);
    }
  });
  return 0;
}

function held({ provenance }: LlmModelConfig, entry: LockEntry, builds: readonly ModelBuild[]) {
  const origin = provenanceOf(builds);
  // The date and the licence's text were those of the version that was left.
  const { publishedAt: _date, licenseSha256: _text, ...known } = provenance ?? {};
  return {
    ...entry,
    ...(origin && { provenance: { ...known, ...origin } }),
    held: WENT_BACK,
  };
}

/** The build as its manifest states it: each file at its commit, with its size and its SHA-256. */
function asInstalled(
  build: ModelBuild,
  installed: readonly InstalledFile[],
  hubEndpoint: string,
): ModelBuild {
  const files = installed.map(({ fileName, role, url = '', revision, sizeBytes, sha256 }) => {
    const stated = url.replace(`${hubEndpoint}/`, `${DEFAULT_HUB_ENDPOINT}/`);
    const at = revision === undefined ? '/resolve/$1/' : `/resolve/${revision}/`;
    const address = stated.replace(/\/resolve\/([^/]+)\//, at);
    return { role, fileName, source: { kind: 'remote' as const, url: address, sizeBytes, sha256 } };
  });
  return { ...build, files };
}

/** Resolves with the exit code. @throws UsageError, LockError */
export async function hold(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const models = namedModels(await existingLock(options.lockPath, hubEndpoint), options);
  const reason = options.reason ?? 'no reason given';
  await changeEntries(options, models, {
    hubEndpoint,
    change: (entry) => ({ ...entry, held: reason }),
  });
  for (const { modelId } of models) {
    reporter.tell({ event: 'held', modelId, reason }, `${modelId}: held, ${printable(reason)}`);
  }
  return 0;
}

/** Resolves with the exit code. @throws UsageError, LockError */
export async function release(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const models = namedModels(await existingLock(options.lockPath, hubEndpoint), options);
  const change = ({ held: _, modelId, ...others }: LockEntry): LockEntry => ({
    modelId,
    ...others,
  });
  await changeEntries(options, models, { hubEndpoint, change });
  for (const { modelId } of models) {
    reporter.tell({ event: 'released', modelId }, `${modelId}: released`);
  }
  return 0;
}

async function changeEntries(
  { lockPath }: ShelfOptions,
  models: readonly LlmModelConfig[],
  { hubEndpoint, change }: { hubEndpoint: string; change: (entry: LockEntry) => LockEntry },
): Promise<void> {
  const ids = models.map(({ modelId }) => modelId);
  await changeLock(lockPath, hubEndpoint, ({ entries }) =>
    entries.map((entry) => (ids.includes(entry.modelId) ? change(entry) : entry)),
  );
}
