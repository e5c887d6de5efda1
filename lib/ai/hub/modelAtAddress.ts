/** A model at an address that isn’t the hub’s: its header is read, and nothing else downloaded. */
import type { AskTools } from '../../download/answers/askText';
import { ModelError } from '../../errors';
import { addressBelow, isPublicHub } from '../../platform/addresses/hubEndpoint';
import type { GgufModel } from '../../platform/gguf/ggufModel';
import type { Engines, LlmEngine, Runtime } from '../../platform/types';
import { describeFile, stampOf } from '../builds/describeFile';
import { readRemoteHeader } from '../builds/remoteHeader';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { readFileAddress } from '../registry/fileAddress';
import { findByDigests, findListed } from '../registry/findListed';
import { licenseWantsAcceptance } from '../registry/licenseTerms';
import type { Registry } from '../registry/registry';
import { unknownArchitecture } from '../runtimes/architectures';
import { TRAITS } from '../runtimes/runtimes';

export interface AddressTools extends AskTools {
  runtimes: readonly Runtime[];
  engines: Engines;
  registry: Registry;
  hubEndpoint: string;
}

export interface AddressedModel {
  /** A model that is offered already, or else one that is named by the header. */
  config: LlmModelConfig;
  /**
   * Whose digest the download is compared with. `list`: the model is offered already; `none`: nobody’s, later checks
   * compare with the digest on arrival.
   */
  checkedAgainst: 'list' | 'server' | 'none';
  /** Undefined where the server doesn’t state it. */
  sizeBytes: number | undefined;
}

/**
 * Downloads only the header. The result isn’t listed yet.
 * @throws ModelError CATALOG_INVALID for an address that can’t be used, or is the hub’s; MODEL_UNAVAILABLE for a file that
 * nothing on this device runs, and for a part of a model; and what `readRemoteHeader` does
 */
export async function modelAtAddress(
  tools: AddressTools,
  written: string,
  signal: AbortSignal,
): Promise<AddressedModel> {
  const { registry, hubEndpoint } = tools;
  const url = usableAddress(written, hubEndpoint);
  const fileName = nameIn(url);
  const runtime = runtimeHere(fileName, tools);
  const file = { url, fileName, sizeBytes: undefined };
  const { model, sizeBytes, sha256 } = await readRemoteHeader(tools, file, signal);
  const reason = obstacle(model, tools.engines[runtime]);
  if (reason !== undefined) throw unavailable(fileName, reason);
  const known = sha256 && findByDigests(registry.getModels(), runtime, [sha256]);
  if (known) return { config: known.config, checkedAgainst: 'list', sizeBytes };
  const source: ModelSource = {
    ...{ kind: 'remote', url },
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(sha256 !== undefined && { sha256 }),
  };
  const from = new URL(url).host;
  const stamp = sha256?.slice(0, 8) ?? stampOf(url);
  const described = withTerms(
    describeFile({ runtime, model, fileName, stamp, from, sources: [source] }),
  );
  const listed = findListed(registry, described);
  if (listed) return { config: listed, checkedAgainst: 'list', sizeBytes };
  return { config: described, checkedAgainst: sha256 === undefined ? 'none' : 'server', sizeBytes };
}

/** Why a model can’t be used from an address; undefined where it can. */
function obstacle(
  { architecture, shard }: GgufModel,
  engine: LlmEngine | undefined,
): string | undefined {
  if (shard) {
    return `It is one of ${String(shard.count)} files of a model. A model in several files is added from a repository of the hub.`;
  }
  return engine && unknownArchitecture(architecture, engine);
}

/** Licences that are accepted before a download: their name is all that the file tells of them. */
function withTerms(config: LlmModelConfig): LlmModelConfig {
  return licenseWantsAcceptance(config.license) ? { ...config, needsAcceptance: true } : config;
}

function runtimeHere(fileName: string, { runtimes }: Pick<AddressTools, 'runtimes'>): Runtime {
  const runtime = runtimes.find((each) => TRAITS[each].fileEndings.weights?.includes('.gguf'));
  if (runtime !== undefined) return runtime;
  throw unavailable(fileName, 'Nothing on this device runs models of this kind.');
}

function unavailable(fileName: string, reason: string): ModelError {
  return new ModelError('MODEL_UNAVAILABLE', { modelId: fileName, reason });
}

function usableAddress(written: string, hubEndpoint: string): string {
  const { url, problem } = readFileAddress(written, hubEndpoint);
  if (url === undefined) throw invalid(`The address ${problem}.`);
  const parsed = new URL(url);
  if (isPublicHub(parsed) || addressBelow(parsed, hubEndpoint) !== undefined) {
    throw invalid(
      'The address is the hub’s: name its repository, so that the file is pinned to a commit.',
    );
  }
  if (!/\.gguf$/i.test(parsed.pathname)) throw invalid('The address must end in .gguf.');
  return url;
}

function invalid(reason: string): ModelError {
  return new ModelError('CATALOG_INVALID', { reason });
}

function nameIn(url: string): string {
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    // A percent sign that isn’t escaped.
    return name;
  }
}
