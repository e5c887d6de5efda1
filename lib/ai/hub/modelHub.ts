/** The hub as the screens of an app use it: one search, one budget of requests, and the models that are added from it. */
import type { Platform, Runtime } from '../../platform/types';
import { fromFailure } from '../../errors';
import type { Benchmarks } from '../measure/benchmarks';
import { readAddLink } from '../discover/addLink';
import type { HubAddress, RepositoryAddress } from '../discover/addressParts';
import type { Repository } from '../discover/askRepository';
import { readHubAddress } from '../discover/hubAddress';
import { createHubSearch, type HubSearch } from './hubSearch';
import type { BuildFit } from '../builds/buildFit';
import { pinModel } from '../builds/pinBuild';
import type { Registry } from '../registry/registry';
import { modelAtAddress, type AddressedModel } from './modelAtAddress';
import { createRequestBudget, type RequestBudget } from '../discover/requestBudget';
import type { SmallFileTools } from '../discover/smallFile';
import type { ModelMemory } from '../memory/modelMemory';
import type { LlmModelConfig } from '../modelConfig';
import { recommendedSettings } from '../generation/generationSettings';
import type { ModelManager } from '../modelManager';
import type { ModelBuild } from '../runtimes/modelBuild';
import { TRAITS } from '../runtimes/runtimes';
import {
  candidatesFor,
  judgeRepository,
  withFiles,
  withLook,
  type JudgedRepository,
} from './judgeRepository';
import { createBuildHeaders } from './buildHeaders';
import { lookAtBuild, type Look } from './lookAtBuild';

export interface ModelHub {
  readonly search: HubSearch;
  /** The runtimes of this device that the hub lists builds for; the preferred one comes first. */
  readonly runtimes: readonly Runtime[];
  /** What a person means by a text. */
  readAddress(written: string): HubAddress;
  /** The repository that a link of the app names; undefined for any other parameters. */
  readLink(parameters: Readonly<Record<string, unknown>>): RepositoryAddress | undefined;
  /** @throws ModelError as `HubSearch.open`; AbortError */
  open(address: RepositoryAddress, signal: AbortSignal): Promise<JudgedRepository>;
  withFiles: typeof withFiles;
  candidatesFor: typeof candidatesFor;
  /**
   * Reads the header of the build's weights, once for a commit. Asks the hub nothing else, and never rejects but when
   * `signal` aborts: a failure is in the result. For `withLook`.
   */
  look(repository: Repository, build: ModelBuild, signal: AbortSignal): Promise<Look>;
  withLook: typeof withLook;
  /**
   * The model that the build is, with every file pinned to the repository's commit, for `Shelf.add`. Looks at the header
   * of its weights as `look` does, so that it isn't read twice.
   * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL, HASH_MISMATCH; LOAD_FAILED for a file that is no model;
   * MODEL_UNAVAILABLE, also for an architecture that the engine doesn't know; AbortError
   */
  pin(repository: Repository, build: ModelBuild, signal: AbortSignal): Promise<LlmModelConfig>;
  /** A model at an address elsewhere: see `modelAtAddress`, also for failures. For `Shelf.add`. */
  lookAt(url: string, signal: AbortSignal): Promise<ModelToAdd>;
  /** The page of a repository, for people. */
  pageOf(repository: string): string;
  close(): void;
}

export interface ModelToAdd extends AddressedModel {
  fit: BuildFit;
}

export interface ModelHubParts {
  platform: Platform;
  /** In [0, 1); spreads retries over time. */
  random: () => number;
  memory: Pick<ModelMemory, 'provenBytes' | 'needOf' | 'fitOf'>;
  registry: Registry;
  manager: Pick<ModelManager, 'getSnapshot' | 'runtimeOf'>;
  benchmarks: Pick<Benchmarks, 'getSnapshot'>;
  /** Counts the requests to the hub; one for an app. */
  requests?: RequestBudget;
}

/** One for an app: the hub counts all its requests together. */
export function createModelHub(parts: ModelHubParts): ModelHub {
  const { platform, random, memory, manager, registry, benchmarks } = parts;
  const budget = parts.requests ?? createRequestBudget(parts.platform.clock);
  const { host, environment, engines } = platform;
  const { hubEndpoint } = environment;
  const runtimes = host.runtimes.filter((runtime) => TRAITS[runtime].hubTag !== undefined);
  const tools: SmallFileTools = {
    ...{ ...platform, hubEndpoint, random, budget },
    ...{ waitsForQuota: false, onRetry: () => undefined },
  };
  const lookTools = { headers: createBuildHeaders(tools), engines, hubEndpoint };
  const search = createHubSearch(tools, runtimes[0] ?? 'llama.cpp');
  return {
    ...{ search, runtimes, withFiles, candidatesFor, withLook },
    readAddress: (written) => readHubAddress(written, hubEndpoint),
    readLink: readAddLink,

    async open(address, signal) {
      const opened = await search.open(address, signal);
      const { storage } = manager.getSnapshot();
      return judgeRepository(opened, address, {
        ...{ host, memory: await host.memory(), provenBytes: memory.provenBytes() },
        ...{ runtimes, engines, freeBytes: storage.freeBytes },
        measured: { results: benchmarks.getSnapshot().results, models: registry.getModels() },
      });
    },

    look: (repository, build, signal) => lookAtBuild(lookTools, { repository, build }, signal),

    async pin(repository, build, signal) {
      const look = await lookAtBuild(lookTools, { repository, build }, signal);
      if (look.kind === 'refused' || look.kind === 'failed') throw fromFailure(look.failure);
      const looked = look.kind === 'read' ? { ...build, ...look.header.facts } : build;
      return pinModel(tools, { repository, build: looked }, signal);
    },

    async lookAt(url, signal) {
      const found = await modelAtAddress({ ...tools, runtimes, engines, registry }, url, signal);
      const { config } = found;
      const { contextTokens } = recommendedSettings(config, manager.runtimeOf(config));
      const neededBytes = memory.needOf(config, contextTokens);
      return {
        ...found,
        fit: { fit: memory.fitOf(config, contextTokens), neededBytes, contextTokens },
      };
    },
    pageOf: (repository) => `${hubEndpoint}/${repository}`,
    close: search.close,
  };
}
