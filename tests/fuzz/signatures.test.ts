/** Signature files, roots and statements that nobody of good will wrote: none is trusted, and none makes the check throw. */
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { CATALOG_DISTRUSTS, type CatalogDistrust } from '../../lib/ai/catalogs/distrust';
import { judgeCatalog } from '../../lib/ai/catalogs/judgeCatalog';
import { trustedRoot } from '../../lib/ai/catalogs/signedRoot';
import {
  catalogOf,
  createSigner,
  rootOf,
  sha256,
  signatureFile,
  signText,
  statementOf,
} from '../signedCatalogs';

const signer = createSigner();
const root = signText(rootOf({ keys: [signer], catalogKeys: [signer] }), [signer]);
const catalogText = catalogOf('Mine');
const good = signatureFile(
  [root],
  signText(statementOf({ firstRoot: sha256(root.signed), catalogText, version: 1 }), [signer]),
);
const trusted = trustedRoot(JSON.stringify(root));

function judge(signatureText: string) {
  if (!trusted) throw new Error('no root');
  const question = { catalogText, signatureText, root: trusted, accepted: undefined };
  return judgeCatalog({ ...question, nowMs: Date.parse('2026-12-01T00:00:00Z') });
}

const isDistrust = (verdict: unknown): verdict is CatalogDistrust =>
  CATALOG_DISTRUSTS.some((why) => why === verdict);

it('begins with one that is good', () => {
  expect(judge(good)).toMatchObject({ version: 1 });
});

it('trusts no text of another shape, and throws at none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(isDistrust(judge(text))).toBe(true);
      expect(trustedRoot(text)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

it('trusts nothing else when one character of it was changed', () => {
  const different = new Set<string>();
  fc.assert(
    fc.property(
      fc.nat(good.length - 1),
      fc.constantFrom('0', '1', 'f', '"', '{', 'Z'),
      (at, by) => {
        const verdict = judge(good.slice(0, at) + by + good.slice(at + 1));
        if (isDistrust(verdict)) different.add(verdict);
        // A change of a root that the device has already is passed over: its own copy counts.
        else expect(verdict.accepted.catalogText).toBe(catalogText);
      },
    ),
    { numRuns: 1_500 },
  );
  expect(different.size).toBeGreaterThan(1);
});
