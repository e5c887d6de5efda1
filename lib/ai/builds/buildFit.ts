/** Whether a build of a repository fits into the memory of this device, by the same arithmetic as an installed model. */
import type { Engines, Host, HostMemory } from '../../platform/types';
import { recommendedSettings } from '../generation/generationSettings';
import { fitOf, memoryNeed, type Fit } from '../memory/memoryFit';
import type { Repository } from '../discover/askRepository';
import type { MemoryParts } from '../runtimes/runtimeTraits';
import { TRAITS } from '../runtimes/runtimes';
import { draftModel } from './describeModel';
import type { RepositoryBuild } from './repositoryBuilds';

export interface DeviceMemory {
  host: Pick<Host, 'maxModelBytes'>;
  memory: HostMemory;
  /** The largest measured memory of one model here; 0 when there is no measurement. */
  provenBytes: number;
  /** Of this host; by default none, so that usual costs of an engine are assumed. */
  engines?: Engines;
}

export interface BuildFit {
  fit: Fit;
  /** With a context of `contextTokens`; undefined if too little is known. */
  neededBytes: number | undefined;
  /** The context that the app would use unless a person chooses another. */
  contextTokens: number;
  /** What `neededBytes` is made of, where the header of the weights is known. */
  parts?: MemoryParts | undefined;
}

export function fitOfBuild(
  repository: Repository,
  { build, totalBytes }: Pick<RepositoryBuild, 'build' | 'totalBytes'>,
  { host, memory, provenBytes, engines = {} }: DeviceMemory,
): BuildFit {
  const config = draftModel(repository, build);
  const { runtime } = build;
  const { contextTokens } = recommendedSettings(config, runtime);
  const engineCosts = engines[runtime]?.costs;
  const estimate = { contextTokens, weightsBytes: totalBytes, engineCosts };
  const neededBytes = memoryNeed({ config, runtime, ...estimate });
  const fit = fitOf({ needBytes: neededBytes, memory, host, provenBytes });
  const isKnown = build.kvBytesPerToken !== undefined;
  const parts = isKnown ? TRAITS[runtime].memoryPartsOf?.({ build, ...estimate }) : undefined;
  return { fit, neededBytes, contextTokens, parts };
}
