/** Gives each installed version of a model the generation settings that were chosen for it. */
import { writeIfPossible } from '../../db/writeIfPossible';
import type { ManagerSnapshot } from '../modelState';
import type { Registry } from '../registry/registry';
import type { GenerationChoices } from './generationChoices';

export interface VersionParts {
  manager: { getSnapshot(): ManagerSnapshot; subscribe(listener: () => void): () => void };
  registry: Pick<Registry, 'getModels'>;
  choices: Pick<GenerationChoices, 'enterVersion'>;
}

/** Returns the way to stop. A choice that can't be read now stays that of the version before. */
export function followVersions({ manager, registry, choices }: VersionParts): () => void {
  const entered = new Map<string, string>();
  let work = Promise.resolve();
  const look = () => {
    for (const config of registry.getModels()) {
      const state = manager.getSnapshot().states[config.modelId];
      const version = state?.kind === 'installed' ? state.files[0]?.sha256 : undefined;
      if (version === undefined || entered.get(config.modelId) === version) continue;
      entered.set(config.modelId, version);
      work = work.then(() => writeIfPossible(choices.enterVersion(config, version)));
    }
  };
  look();
  return manager.subscribe(look);
}
