/** The models that this run offers, from a catalog that is checked first where the app's settings say who signs it. */
import type { AcceptedCatalogStore } from '../../db/acceptedCatalogs';
import { writeIfPossible } from '../../db/writeIfPossible';
import { loadPart } from '../../download/flow/loadPart';
import type { AppEnvironment, CatalogTrust, Clock } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { CatalogProblem } from '../registry/catalog';
import { loadModels, type LoadedModels } from '../registry/loadModels';
import { distrustReason, type CatalogDistrust } from './distrust';

export interface TrustTools {
  environment: AppEnvironment;
  clock: Pick<Clock, 'nowMs'>;
  store: AcceptedCatalogStore;
}

export interface TrustedText {
  /** The catalog to use: the given one, or the last accepted one where that one is refused or missing. */
  catalogText: string | undefined;
  /** Why the given catalog was refused; undefined where it wasn't. */
  distrust: CatalogDistrust | undefined;
  /** When the used catalog expired, in milliseconds since 1970. Expired ones are used. */
  expiredAtMs: number | undefined;
}

/**
 * As `loadModels`. A catalog that isn't trusted is one problem, and the last one that was trusted is used in its place, so
 * that nobody takes models away by a bad catalog: not even by one that comes with new roots, by which the last one would
 * not be accepted any more. Remembers what was accepted, and newer roots in any case.
 * @throws ModelError DB_FAILED, APP_INCOMPLETE
 */
export async function offeredModels(
  tools: TrustTools,
  registry?: readonly LlmModelConfig[],
): Promise<LoadedModels> {
  const { environment } = tools;
  const { catalogTrust, catalogText: text, catalogSignature } = environment;
  if (catalogTrust === undefined) return loadModels(environment, registry);
  const found = await trustedText(tools, catalogTrust, { text, signature: catalogSignature });
  const { catalogText } = found;
  const { models, problems } = loadModels({ ...environment, catalogText }, registry);
  return { models, problems: [...problemsOf(found), ...problems] };
}

export interface FoundText {
  text: string | undefined;
  signature: string | undefined;
}

const loadCheck = () => loadPart('the check of catalogs', () => import('./judgeCatalog'));

/**
 * Keeps the newer roots of a signature whose catalog couldn't be had.
 * @throws ModelError DB_FAILED, APP_INCOMPLETE
 */
export async function keepRoots(
  store: AcceptedCatalogStore,
  { rootText }: CatalogTrust,
  signature: string | undefined,
): Promise<void> {
  const { rootsToKeep, trustedRoot } = await loadCheck();
  const root = trustedRoot(rootText);
  if (root) await keepNewer(store, root.firstRoot, (kept) => rootsToKeep(root, kept, signature));
}

/** The roots that count now. */
async function keepNewer(
  store: AcceptedCatalogStore,
  firstRoot: string,
  rootsToKeep: (kept: string | undefined) => string | undefined,
): Promise<string | undefined> {
  const kept = await store.findRoots(firstRoot);
  const roots = rootsToKeep(kept);
  if (roots !== undefined && roots !== kept) {
    await writeIfPossible(store.saveRoots(firstRoot, roots));
  }
  return roots;
}

/** @throws ModelError DB_FAILED, APP_INCOMPLETE */
export async function trustedText(
  { clock, store }: Pick<TrustTools, 'clock' | 'store'>,
  { rootText, allowsUnsigned }: CatalogTrust,
  { text, signature }: FoundText,
): Promise<TrustedText> {
  const part = await loadCheck();
  const root = part.trustedRoot(rootText);
  if (root === undefined) return { ...NOTHING, distrust: 'no-root' };
  if (signature === undefined && text !== undefined && allowsUnsigned) {
    return { ...NOTHING, catalogText: text };
  }
  const keptRoots = await keepNewer(store, root.firstRoot, (kept) =>
    part.rootsToKeep(root, kept, signature),
  );
  const found = await store.find(root.firstRoot);
  const last = found && part.isStillTrusted(root, found) ? found : undefined;
  const nowMs = clock.nowMs();
  const lastGood = {
    ...NOTHING,
    catalogText: last?.catalogText,
    expiredAtMs: last && part.expiryOf(last, nowMs),
  };
  if (signature === undefined && text === undefined) return lastGood;
  const question = { catalogText: text, signatureText: signature, root, keptRoots, nowMs };
  const verdict = part.judgeCatalog({ ...question, accepted: found });
  if (typeof verdict === 'string') return { ...lastGood, distrust: verdict };
  await writeIfPossible(store.save(verdict.accepted));
  return { ...NOTHING, catalogText: text, expiredAtMs: verdict.expiredAtMs };
}

const NOTHING: TrustedText = {
  catalogText: undefined,
  distrust: undefined,
  expiredAtMs: undefined,
};

export function problemsOf({ distrust, expiredAtMs }: TrustedText): CatalogProblem[] {
  const whole = { modelId: undefined };
  const refusal =
    distrust && ({ ...whole, reason: distrustReason(distrust), trust: 'refused' } as const);
  const expiry = expiredAtMs !== undefined && ({ ...whole, ...EXPIRED, trust: 'expired' } as const);
  return [...(refusal ? [refusal] : []), ...(expiry ? [expiry] : [])];
}

const EXPIRED = {
  reason: 'It has expired, and is used all the same: newer models and warnings may be missing.',
};
