/** Describes a build of a repository as a model: its id, its names, its size in words, its origin. Pure. */
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import type { LlmModelConfig, Provenance } from '../modelConfig';
import { isPortableName } from '../../platform/shared/storePath';
import { isModelId } from '../modelId';
import { licenseWantsAcceptance } from '../registry/licenseTerms';
import { parameterWords } from '../registry/modelSize';
import type { ModelBuild } from '../runtimes/modelBuild';
import { withBuilds, type ModelDescription } from '../runtimes/notation';
import { TRAITS } from '../runtimes/runtimes';
import { fileUrl } from '../discover/addressParts';
import type { Repository } from '../discover/askRepository';
import { UNKNOWN_QUANTIZATION } from './quantizations';

const NO_LICENSE = 'not stated';

/** Names that say nothing about the model. */
const PLAIN_NAME = /^(ggml-)?(model|weights|llm)([-_.]|$)/i;

/** The model in its normal form, with the facts of the repository. Two quantizations of a repository are two models. */
export function draftModel(
  repository: Repository,
  build: ModelBuild,
  modelId?: string,
): LlmModelConfig {
  const facts = describeModel(repository, build, modelId);
  return withBuilds({ ...facts, provenance: provenanceOf(repository) }, [build]);
}

/** Everything about the model apart from its builds and its origin. */
export function describeModel(
  repository: Repository,
  build: ModelBuild,
  modelId = suggestedId(repository, build),
): ModelDescription {
  const { name, license = NO_LICENSE } = repository;
  const { runtime } = build;
  const quantization = build.quantization === UNKNOWN_QUANTIZATION ? '' : ` ${build.quantization}`;
  const { label } = TRAITS[runtime];
  return {
    modelId,
    displayName: `${plainName(name)}${quantization}`.slice(0, 80).trim(),
    description: `${label}${quantization}, from ${name}.`,
    size: sizeWords(repository),
    folderName: modelId,
    available: true,
    huggingFaceUrl: `${DEFAULT_HUB_ENDPOINT}/${name}`,
    license,
    ...acceptanceOf(repository),
  };
}

/** The text is the licence's file at the commit; without one, a person is shown the licence's name and the model's page. */
function acceptanceOf({
  name,
  commit,
  license = NO_LICENSE,
  hasOwnTerms,
  licensePath: path,
}: Repository): Pick<LlmModelConfig, 'needsAcceptance' | 'licenseText'> {
  if (!hasOwnTerms && !licenseWantsAcceptance(license)) return {};
  return {
    needsAcceptance: true,
    ...(path !== undefined && { licenseText: { url: fileUrl({ name, commit, path }) } }),
  };
}

function provenanceOf(repository: Repository): Provenance {
  const { name, commit, publisher, updatedMs, revision } = repository;
  return {
    ...{ repository: name, commit, publisher },
    ...(revision !== undefined && { revision }),
    ...(updatedMs !== undefined && { publishedAt: new Date(updatedMs).toISOString() }),
  };
}

/**
 * The name of the weights, because it tells the builds of a repository apart: two quantizations are two models, each
 * with its own folder.
 */
function suggestedId({ name }: Repository, { files, quantization }: ModelBuild): string {
  const stem = (files[0]?.fileName ?? '')
    .replace(/-\d{5}-of-\d{5}(?=\.gguf$)/i, '')
    .replace(/\.(gguf|pte)$/i, '');
  const suffix = quantization === UNKNOWN_QUANTIZATION ? '' : `-${quantization}`;
  const text = PLAIN_NAME.test(stem) ? plainName(name) + suffix : stem;
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, 64)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  // It is the name of a folder, too: Windows reserves `nul.anything`.
  return isModelId(id) && isPortableName(id) ? id : 'model';
}

function plainName(repository: string): string {
  const name = repository.slice(repository.indexOf('/') + 1);
  return name.replace(/[-_.]?GGUF$/i, '').replace(/^react-native-executorch-/, '') || name;
}

/** As the repository’s name writes it, else by the number of parameters. */
function sizeWords({ name, parameters }: Repository): LlmModelConfig['size'] {
  const named = /(?<![A-Za-z0-9.])(\d{1,4}(?:\.\d{1,2})?)([BM])(?![A-Za-z0-9])/i.exec(name);
  if (named) return `${named[1] ?? ''}${(named[2] ?? '').toUpperCase()}`;
  return parameterWords(parameters);
}
