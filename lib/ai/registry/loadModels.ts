/** Builds the list of models that this run offers from the registry, the catalog and the endpoint. Pure. */
import { toFailure, isModelError } from '../../errors';
import type { AppEnvironment } from '../../platform/types';
import { parseCatalog, type Catalog, type CatalogProblem } from './catalog';
import { ALL_MODELS, type LlmModelConfig } from '../modelConfig';
import { atEndpoint } from './atEndpoint';
import { hasNameTwins, NAME_TWINS } from './nameTwins';

export interface LoadedModels {
  models: readonly LlmModelConfig[];
  /** The entries of the catalog that couldn't be used. All other entries are in `models`. */
  problems: readonly CatalogProblem[];
}

/**
 * The models of the registry and the catalog. A catalog entry replaces the model with the same id;
 * other entries come last. Every address of the public hub is moved to the endpoint in force. An
 * unreadable catalog leaves the registry as it was and is one problem.
 */
export function loadModels(
  environment: AppEnvironment,
  registry: readonly LlmModelConfig[] = ALL_MODELS,
): LoadedModels {
  const { catalogText, hubEndpoint } = environment;
  const catalog =
    catalogText === undefined
      ? { models: [], problems: [] }
      : readCatalog(catalogText, hubEndpoint);
  const { models, problems } = merge(registry, catalog);
  return { models: models.map((model) => atEndpoint(model, hubEndpoint)), problems };
}

function readCatalog(catalogText: string, hubEndpoint: string): Catalog {
  try {
    return parseCatalog(catalogText, hubEndpoint);
  } catch (error) {
    if (!isModelError(error)) throw error;
    const failure = toFailure(error);
    const reason = failure.code === 'CATALOG_INVALID' ? failure.details.reason : failure.code;
    return { models: [], problems: [{ modelId: undefined, reason }] };
  }
}

function merge(registry: readonly LlmModelConfig[], catalog: Catalog): LoadedModels {
  const models = [...registry];
  const problems = [...catalog.problems];
  // On file systems that ignore case, two such names are the same folder.
  const keyOf = ({ folderName }: LlmModelConfig) => folderName.toLowerCase();
  const places = new Map(models.map(({ modelId }, place) => [modelId, place]));
  const owners = new Map(models.map((model) => [keyOf(model), model.modelId]));
  for (const entry of catalog.models) {
    const { modelId } = entry;
    const owner = owners.get(keyOf(entry));
    const place = places.get(modelId);
    const replaced = place === undefined ? undefined : models[place];
    if (owner !== undefined && owner !== modelId) {
      problems.push({ modelId, reason: 'Its folder belongs to another model.' });
    } else if (hasNameTwins(entry)) {
      problems.push({ modelId, reason: NAME_TWINS });
    } else {
      if (replaced) owners.delete(keyOf(replaced));
      owners.set(keyOf(entry), modelId);
      places.set(modelId, place ?? models.length);
      models[place ?? models.length] = entry;
    }
  }
  return { models, problems };
}
