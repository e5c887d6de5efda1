/** The shelf where the app can't start: the models that it would offer, without a disk or a database. */
import type { AcceptedCatalogStore } from '../../db/acceptedCatalogs';
import type { ModelFailure } from '../../errors';
import type { Host, Platform } from '../../platform/types';
import { registryFor } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';
import { chooseBuild, type BuildChoice } from '../registry/buildChoice';
import { offeredModels } from './offeredModels';

/** The parts of a platform that need no storage. */
export type DeviceOffer = Pick<Platform, 'environment' | 'clock'> & Pick<Host, 'runtimes'>;

/** A model that can be read about, and not used. */
export interface ClosedModel {
  config: LlmModelConfig;
  /** The build that would be installed here. */
  choice: BuildChoice;
}

/**
 * The models of the registry and the catalog; none where the start failed for another reason than a missing feature or
 * storage that can't be opened, because the models may then be here. Never rejects.
 */
export async function closedShelf(
  readOffer: () => Promise<DeviceOffer>,
  { code }: ModelFailure,
): Promise<readonly ClosedModel[]> {
  if (code !== 'UNSUPPORTED' && code !== 'STORAGE_UNAVAILABLE') return [];
  try {
    const { runtimes, ...tools } = await readOffer();
    const { models } = await offeredModels({ ...tools, store: NO_MEMORY }, registryFor(runtimes));
    return models.map((config) => ({ config, choice: chooseBuild(config, runtimes, undefined) }));
  } catch {
    // Its settings can't be read either. The failure of the start is shown, and it has the reason.
    return [];
  }
}

/** Without a database, no catalog can be compared with an earlier one: its signature alone decides. */
const NO_MEMORY: AcceptedCatalogStore = {
  ...{ find: () => Promise.resolve(undefined), save: () => Promise.resolve() },
  ...{ findRoots: () => Promise.resolve(undefined), saveRoots: () => Promise.resolve() },
};
