/** A device that meets signed catalogs, and their publisher, whose second root replaces a root key and the catalog key. */
import { beforeEach } from 'vitest';

import {
  catalogOf,
  createSigner,
  rootOf,
  sha256,
  signatureFile,
  signText,
  statementOf,
  type RootPlan,
  type SignedText,
} from './signedCatalogs';
import { createAcceptedCatalogStore, type AcceptedCatalogStore } from '../lib/db/acceptedCatalogs';
import { migrate } from '../lib/db/migrations';
import { createInMemoryDatabase } from '../lib/platform/shared/inMemoryDatabase';
import { offeredModels } from '../lib/ai/catalogs/offeredModels';

const NOW = Date.parse('2026-12-01T00:00:00Z');
export const [rootA, rootB, rootC] = [createSigner(), createSigner(), createSigner()];
export const [signer, second, stranger] = [createSigner(), createSigner(), createSigner()];

export const firstPlan: RootPlan = { keys: [rootA, rootB], threshold: 2, catalogKeys: [signer] };
export const first = signText(rootOf(firstPlan), [rootA, rootB]);
export const firstRoot = sha256(first.signed);
export const nextPlan: RootPlan = {
  ...{ version: 2, firstRoot, keys: [rootB, rootC], threshold: 2, catalogKeys: [second] },
};
export const next = signText(rootOf(nextPlan), [rootA, rootB, rootC]);

interface Delivery {
  text?: string | undefined;
  version?: number;
  by?: readonly ReturnType<typeof createSigner>[];
  expires?: string;
  firstRoot?: string;
  roots?: readonly SignedText[];
  /** Changes the signed statement after it was signed. */
  tamper?: (statement: SignedText) => SignedText;
}

export function deliver({ text = catalogOf('Fifth'), ...plan }: Delivery = {}) {
  const { version = 5, by = [signer], roots = [first], tamper = (one: SignedText) => one } = plan;
  const stated = { firstRoot, catalogText: text, version, ...(plan.expires && plan) };
  const statement = signText(
    statementOf({ ...stated, ...(plan.firstRoot !== undefined && { firstRoot: plan.firstRoot }) }),
    by,
  );
  return { catalogText: text, catalogSignature: signatureFile(roots, tamper(statement)) };
}

let store: AcceptedCatalogStore;

/** Call it outside of any test. */
export function catalogTrustScene(): void {
  beforeEach(async () => {
    const database = await createInMemoryDatabase();
    await migrate(database);
    store = createAcceptedCatalogStore(database);
  });
}

export interface Given {
  catalogText?: string | undefined;
  catalogSignature?: string | undefined;
}

/** The name of the catalog's model that is offered, and the problems. */
export async function meet(
  given: Given,
  root: SignedText | string | undefined = first,
  unsigned = false,
) {
  const rootText = typeof root === 'object' ? JSON.stringify(root) : root;
  const trust = rootText === '' ? undefined : { rootText, allowsUnsigned: unsigned };
  const { models, problems } = await offeredModels(
    {
      environment: {
        hubEndpoint: 'https://huggingface.co',
        catalogText: given.catalogText,
        catalogSignature: given.catalogSignature,
        catalogTrust: trust,
      },
      clock: { nowMs: () => NOW },
      store,
    },
    [],
  );
  return { offers: models[0]?.displayName, problems: problems.map(({ reason }) => reason) };
}

export const UNSIGNED = 'It has no signature.';
export const UNREADABLE = 'Its signature can’t be read.';
export const NOT_BY_KEYS = 'It isn’t signed by the keys of its publisher.';
export const OTHER_TEXT = 'It isn’t the text that was signed.';
export const OLDER = 'It is older than the catalog that was accepted before.';
export const ROOT_CHAIN = 'Its root isn’t signed by the keys of the root before it.';
export const OLD_ROOT = 'Its root is older than one that was accepted before.';
export const TOO_HIGH = 'Its version is too high to follow the last one.';
export const OTHER_APP = 'It is signed for another app.';
export const NO_ROOT = 'The root in the settings of this app can’t be used.';
export const EXPIRED =
  'It has expired, and is used all the same: newer models and warnings may be missing.';
