/** Looks for newer versions of the lock's models: by what is installed, and at the hub. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { InstalledFile } from '../../lib/ai/modelState';
import { modelFiles } from '../../lib/ai/registry/modelFiles';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import {
  findUpdates,
  type FoundUpdates,
  type InstalledModel,
} from '../../lib/ai/updates/findUpdates';
import type { Runtime } from '../../lib/platform/types';
import { compose, type Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { acceptedIn } from './acceptLicense';
import { hasBuild } from './eachRuntime';
import type { CommandTools } from './hubTools';
import type { Lock, LockEntry } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

/** Runs `work` with the store for each runtime that one of the models has a build for, opened at its first use. */
export async function withStores<T>(
  { options, reporter, lock }: { options: ShelfOptions; reporter: Reporter; lock: Lock },
  work: (storeOf: (runtime: Runtime) => Promise<Composition>) => Promise<T>,
): Promise<T> {
  const { folder, lockPath, proxy } = options;
  const acceptedLicenses = acceptedIn(lock, options);
  const opened = new Map<Runtime, Promise<Composition>>();
  const storeOf = (runtime: Runtime) => {
    const known = opened.get(runtime);
    if (known) return known;
    const composed = { folder, runtime, catalog: lockPath, proxy, acceptedLicenses };
    const opening = compose(composed, reporter.warn);
    opened.set(runtime, opening);
    return opening;
  };
  try {
    return await work(storeOf);
  } finally {
    for (const opening of opened.values()) {
      await opening.then(
        (app) => app.close(),
        () => undefined,
      );
    }
  }
}

export function runtimesOf(model: LlmModelConfig): Runtime[] {
  return buildsOf(model).flatMap(({ runtime }) => (hasBuild(model, runtime) ? runtime : []));
}

/** The reason why a model of the lock stays at its version; undefined for one that isn't held. */
export function heldReason(entry: LockEntry | undefined): string | undefined {
  const held = entry?.['held'];
  return typeof held === 'string' ? held : undefined;
}

export function entryOf({ entries }: Lock, modelId: string): LockEntry | undefined {
  return entries.find((entry) => entry.modelId === modelId);
}

/**
 * What is newer than the lock states, of each of its builds once. What isn't installed is compared by the lock alone.
 * @throws AbortError
 */
export function findNewer(
  tools: CommandTools,
  models: readonly LlmModelConfig[],
  signal: AbortSignal,
): Promise<FoundUpdates> {
  const asked = models.flatMap((config): InstalledModel[] => {
    const [runtime] = runtimesOf(config);
    if (runtime === undefined) return [];
    const files = modelFiles(config, runtime).flatMap(asLocked);
    return [{ config, runtime, files, license: config.license, followsHub: true }];
  });
  return findUpdates(tools, asked, signal);
}

function asLocked({ fileName, role, source }: ReturnType<typeof modelFiles>[number]) {
  if (source.kind !== 'remote') return [];
  const { sizeBytes = 0, sha256 = '' } = source;
  const file: InstalledFile = { fileName, role, sizeBytes, sha256, checkedAgainst: 'registry' };
  return [file];
}
