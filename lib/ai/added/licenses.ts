/** Owns which licences a person has accepted, and asks about those that want it before the first byte of a model. */
import type { AcceptedLicense, AcceptedLicenseStore } from '../../db/acceptedLicenses';
import { throwIfAborted } from '../../download/flow/abortable';
import { ModelError, type ModelFailure } from '../../errors';
import type { Clock } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { Registry } from '../registry/registry';
import { readLicenseText, type LicenseTextTools } from './licenseText';

export type { AcceptedLicense };

export interface LicenseQuestion {
  modelId: string;
  /** The licence's name as its owner writes it. */
  name: string;
  text: string;
  /** The digest of the text in UTF-8, for `accept`. */
  textSha256: string;
}

/** Methods with an id reject with MODEL_UNKNOWN for one that isn't in the registry. */
export interface Licenses {
  /**
   * The licence that a person has to accept before the model is downloaded; undefined where there is none, or where its
   * text has been accepted, also for another model. Downloads the text.
   * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL for a page in place of a text; HASH_MISMATCH for another text than the
   * registry or a catalog states; DB_FAILED; AbortError
   */
  ask(modelId: string, signal?: AbortSignal): Promise<LicenseQuestion | undefined>;
  /** Records that a person has accepted the text with this digest for the model. @throws ModelError DB_FAILED */
  accept(modelId: string, textSha256: string): Promise<void>;
  /** The first accepted come first; they stay when the models go. @throws ModelError DB_FAILED */
  list(): Promise<readonly AcceptedLicense[]>;
}

export interface LicenseGate extends Licenses {
  /** @throws ModelError LICENSE_UNACCEPTED; what `ask` does, where only the text tells whether it was accepted */
  check(config: LlmModelConfig, signal: AbortSignal): Promise<void>;
  /** LICENSE_UNACCEPTED as far as the database tells it, without a request. @throws ModelError DB_FAILED */
  findRefusal(config: LlmModelConfig): Promise<ModelFailure | undefined>;
}

export interface LicensesParts extends LicenseTextTools {
  store: AcceptedLicenseStore;
  registry: Pick<Registry, 'find' | 'getModels'>;
  clock: Clock;
  /** The digests of texts that count as accepted beside those in the store; `all` for every licence. */
  accepted: readonly string[] | 'all';
}

export function createLicenses(parts: LicensesParts): LicenseGate {
  const { store, registry, clock, accepted } = parts;

  function known(modelId: string): LlmModelConfig {
    const config = registry.find(modelId);
    if (config) return config;
    const knownIds = registry.getModels().map((model) => model.modelId);
    throw new ModelError('MODEL_UNKNOWN', { modelId, knownIds });
  }

  async function isAccepted(fits: (textSha256: string, modelId?: string) => boolean) {
    if (accepted === 'all' || accepted.some((sha256) => fits(sha256))) return true;
    return (await store.list()).some(({ textSha256, modelId }) => fits(textSha256, modelId));
  }

  async function question(
    config: LlmModelConfig,
    signal: AbortSignal,
  ): Promise<LicenseQuestion | undefined> {
    throwIfAborted(signal);
    if (config.needsAcceptance !== true || accepted === 'all') return undefined;
    const stated = config.licenseText?.sha256;
    if (stated !== undefined && (await isAccepted((sha256) => sha256 === stated))) return undefined;
    const { text, textSha256 } = await readLicenseText(parts, config, signal);
    if (await isAccepted((sha256) => sha256 === textSha256)) return undefined;
    return { modelId: config.modelId, name: config.license, text, textSha256 };
  }

  return {
    list: () => store.list(),
    ask: async (modelId, signal = new AbortController().signal) => question(known(modelId), signal),

    async accept(modelId, textSha256) {
      const { license } = known(modelId);
      await store.add({ modelId, license, textSha256, acceptedAt: clock.nowMs() });
    },

    async check(config, signal) {
      if (await question(config, signal)) throw unaccepted(config);
    },

    async findRefusal(config) {
      const { modelId, needsAcceptance, licenseText } = config;
      if (needsAcceptance !== true) return undefined;
      const stated = licenseText?.sha256;
      const isKnown = await isAccepted((sha256, forModel) =>
        stated === undefined ? forModel === modelId : sha256 === stated,
      );
      const { code, details } = unaccepted(config);
      return isKnown ? undefined : { code, details };
    },
  };
}

function unaccepted({ modelId, license }: LlmModelConfig): ModelError<'LICENSE_UNACCEPTED'> {
  return new ModelError('LICENSE_UNACCEPTED', { modelId, license });
}
