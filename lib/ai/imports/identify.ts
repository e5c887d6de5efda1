/** Which model the files of an import are: by their digests, else by their header. Pure. */
import type { Runtime } from '../../platform/types';
import { describeFile, OWN_FILE, stampOf } from '../builds/describeFile';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import { findByDigests, findListed, type KnownWeights } from '../registry/findListed';
import type { Registry } from '../registry/registry';
import type { CheckedModel } from './checkPicked';

export interface Identity {
  /** Undefined for files of which no list states the digests. */
  known: KnownWeights | undefined;
  config: LlmModelConfig;
  isListed: boolean;
}

interface Arrival {
  checked: CheckedModel;
  /** The name by which another program lists it. */
  label: string | undefined;
  /** The SHA-256 of each part, in the order of the model. */
  digests: readonly string[];
}

export function identify(
  registry: Pick<Registry, 'find' | 'getModels'>,
  { checked, label, digests }: Arrival,
): Identity {
  const { parts, runtime, model } = checked;
  const known = findByDigests(registry.getModels(), runtime, digests);
  if (known) return { known, config: known.config, isListed: true };
  const described = describeFile({
    ...{ runtime, model, label, from: 'a file of yours' },
    fileName: parts[0]?.file.name ?? '',
    stamp: stampOfAll(digests),
    sources: parts.map(({ file: { sizeBytes }, url }, index) =>
      url === undefined
        ? OWN_FILE
        : { kind: 'remote', url, sizeBytes, sha256: digests[index] ?? '' },
    ),
  });
  const listed = findListed(registry, described);
  return { known: undefined, config: listed ?? described, isListed: listed !== undefined };
}

/** Two splits may share their first part, which mostly has no weights. */
function stampOfAll(digests: readonly string[]): string {
  const [first = ''] = digests;
  return digests.length === 1 ? first.slice(0, 8) : stampOf(digests.join(' '));
}

/** A model that is here in its build for another runtime doesn’t need this one, too: only one of them would be used. */
export function isInstalled(
  manager: Pick<ModelManager, 'getSnapshot' | 'runtimeOf'>,
  config: LlmModelConfig,
  { digests, runtime }: { digests: readonly string[]; runtime: Runtime },
): boolean {
  const state = manager.getSnapshot().states[config.modelId];
  if (state?.kind !== 'installed') return false;
  if (manager.runtimeOf(config) !== runtime) return true;
  return digests.every((digest) => state.files.some((file) => file.sha256 === digest));
}
