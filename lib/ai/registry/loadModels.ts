/** Builds the list of models that this run offers from the registry, the catalog and the endpoint. Pure. */
import { toFailure, isModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import type { AppEnvironment } from '../../platform/types';
import { parseCatalog, type Catalog, type CatalogProblem } from './catalog';
import { buildsOf, withSources } from '../runtimes/notation';
import { ALL_MODELS, type LlmModelConfig, type ModelSource } from '../modelConfig';

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
  for (const entry of catalog.models) {
    const place = models.findIndex(({ modelId }) => modelId === entry.modelId);
    // On file systems that ignore case, two such names are the same folder.
    const folder = entry.folderName.toLowerCase();
    const owner = models.findIndex(({ folderName }) => folderName.toLowerCase() === folder);
    if (owner !== -1 && owner !== place) {
      problems.push({ modelId: entry.modelId, reason: 'Its folder belongs to another model.' });
    } else if (hasNameTwins(entry)) {
      problems.push({ modelId: entry.modelId, reason: 'Two of its files have the same name.' });
    } else if (place === -1) {
      models.push(entry);
    } else {
      models[place] = entry;
    }
  }
  return { models, problems };
}

function hasNameTwins(model: LlmModelConfig): boolean {
  const files = buildsOf(model).flatMap((build) => build.files);
  const names = files.map(({ fileName }) => fileName.toLowerCase());
  return new Set(names).size !== names.length;
}

/** The address at the endpoint in force, for an address of the public hub; any other address as it is. */
export function addressAt(url: string, hubEndpoint: string): string {
  if (!url.startsWith(`${DEFAULT_HUB_ENDPOINT}/`)) return url;
  return hubEndpoint + url.slice(DEFAULT_HUB_ENDPOINT.length);
}

function atEndpoint(model: LlmModelConfig, hubEndpoint: string): LlmModelConfig {
  if (hubEndpoint === DEFAULT_HUB_ENDPOINT) return model;
  const moved = (url: string) => addressAt(url, hubEndpoint);
  const movedSource = (source: ModelSource): ModelSource =>
    source.kind === 'remote' ? { ...source, url: moved(source.url) } : source;
  return { ...withSources(model, movedSource), huggingFaceUrl: moved(model.huggingFaceUrl) };
}
