/** Fetches the newest catalog from its address while the app runs, and offers its models. */
import type { AcceptedCatalogStore } from '../../db/acceptedCatalogs';
import { askText, type AskTools } from '../../download/answers/askText';
import { failureOf } from '../../download/answers/readAnswer';
import type { AppEnvironment } from '../../platform/types';
import { createObservable } from '../observable';
import { MAX_CATALOG_BYTES, type CatalogProblem } from '../registry/catalog';
import { loadModels } from '../registry/loadModels';
import type { Registry } from '../registry/registry';
import { keepRoots, problemsOf, trustedText, type FoundText } from './offeredModels';
import { MAX_SIGNATURE_BYTES, signaturePlace } from './signaturePlace';

export interface CatalogFollower {
  /**
   * Fetches the catalog and its signature, and offers its models where it is trusted. Resolves with what is wrong with it;
   * does nothing without an address. Models that it no longer names stay until the next start.
   * @throws ModelError NET_*, HTTP_*, DB_FAILED; CATALOG_INVALID as `Registry.offer`; AbortError
   */
  refresh(signal?: AbortSignal): Promise<readonly CatalogProblem[]>;
  /** What is wrong with the newest catalog that is known here: the same array until that changes. */
  getProblems(): readonly CatalogProblem[];
  subscribe(listener: () => void): () => void;
  /** Ends a fetch that is under way. */
  close(): void;
}

export interface FollowerParts extends AskTools {
  environment: AppEnvironment;
  registry: Pick<Registry, 'offer'>;
  /** Of the catalog that the start has read. */
  problems: readonly CatalogProblem[];
  store: AcceptedCatalogStore;
}

export function createCatalogFollower(parts: FollowerParts): CatalogFollower {
  const { environment, registry } = parts;
  const { catalogUrl, catalogTrust } = environment;
  const closing = new AbortController();
  const problems = createObservable(parts.problems);

  return {
    getProblems: problems.get,
    subscribe: problems.subscribe,
    async refresh(signal = closing.signal) {
      if (catalogUrl === undefined) return [];
      const wantsSignature = catalogTrust !== undefined;
      const found = await fetchCatalog(parts, { url: catalogUrl, wantsSignature }, signal);
      if ('failure' in found) {
        if (catalogTrust) await keepRoots(parts.store, catalogTrust, found.signature);
        throw found.failure;
      }
      const trusted = catalogTrust && (await trustedText(parts, catalogTrust, found));
      const catalogText = trusted ? trusted.catalogText : found.text;
      const loaded = loadModels({ ...environment, catalogText }, []);
      registry.offer(loaded.models);
      const now = trusted ? [...problemsOf(trusted), ...loaded.problems] : loaded.problems;
      problems.set(now);
      return now;
    },
    close() {
      closing.abort();
    },
  };
}

/** A catalog that couldn't be had although its signature came. */
export interface SignatureAlone {
  signature: string | undefined;
  failure: unknown;
}

/** Without a signature where its server has none. @throws ModelError NET_*, HTTP_*, of the signature; AbortError */
export async function fetchCatalog(
  tools: AskTools,
  { url, wantsSignature }: { url: string; wantsSignature: boolean },
  signal: AbortSignal,
): Promise<FoundText | SignatureAlone> {
  // The signature first: a catalog that is replaced in between is then newer than its signature, and comes again.
  const signature = wantsSignature
    ? await fetchOne(tools, { url: signaturePlace(url), maxBytes: MAX_SIGNATURE_BYTES }, signal)
    : undefined;
  try {
    return { text: await fetchOne(tools, { url, maxBytes: MAX_CATALOG_BYTES }, signal), signature };
  } catch (failure) {
    if (signal.aborted) throw failure;
    return { signature, failure };
  }
}

async function fetchOne(
  tools: AskTools,
  question: { url: string; maxBytes: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { status, text, headers } = await askText(tools, question, signal);
  if (status === 404) return undefined;
  if (status === 200) return text;
  throw failureOf({ status, url: question.url, header: (name) => headers[name] });
}
