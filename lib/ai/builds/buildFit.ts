/** Whether a build of a repository fits into the memory of this device, by the same arithmetic as an installed model. */
import type { Host, HostMemory } from '../../platform/types';
import { recommendedSettings } from '../generation/generationSettings';
import { fitOf, memoryNeed, type Fit } from '../memory/memoryFit';
import type { Repository } from '../discover/askRepository';
import { draftModel } from './describeModel';
import type { RepositoryBuild } from './repositoryBuilds';

export interface DeviceMemory {
  host: Pick<Host, 'maxModelBytes'>;
  memory: HostMemory;
  /** The largest measured memory of one model here; 0 when there is no measurement. */
  provenBytes: number;
}

export interface BuildFit {
  fit: Fit;
  /** With a context of `contextTokens`; undefined if too little is known. */
  neededBytes: number | undefined;
  /** The context that the app would use unless a person chooses another. */
  contextTokens: number;
}

export function fitOfBuild(
  repository: Repository,
  { build, totalBytes }: RepositoryBuild,
  { host, memory, provenBytes }: DeviceMemory,
): BuildFit {
  const config = draftModel(repository, build);
  const { runtime } = build;
  const { contextTokens } = recommendedSettings(config, runtime);
  const neededBytes = memoryNeed({ config, runtime, contextTokens, weightsBytes: totalBytes });
  const fit = fitOf({ needBytes: neededBytes, memory, host, provenBytes });
  return { fit, neededBytes, contextTokens };
}
