/** Sparkle’s matrix of keys and signatures, and the counting of keys. */
import { describe, expect, it } from 'vitest';

import {
  catalogTrustScene,
  deliver,
  meet,
  type Given,
  first,
  firstPlan,
  next,
  rootA,
  rootB,
  signer,
  second,
  stranger,
  UNSIGNED,
  UNREADABLE,
  NOT_BY_KEYS,
  NO_ROOT,
} from '../../../tests/catalogTrustScene';
import {
  catalogOf,
  rootOf,
  sha256,
  signatureOf,
  signText,
  type RootPlan,
  type SignedText,
  type Signer,
} from '../../../tests/signedCatalogs';

catalogTrustScene();

const evil = catalogOf('Evil');

describe('keys and signatures', () => {
  const plain = { catalogText: catalogOf('Fifth') };

  it.each<[string, { given: Given; root?: SignedText | string; allowed?: boolean }, object]>([
    [
      'no root, no signature: as it always was',
      { given: plain, root: '' },
      { offers: 'Fifth', problems: [] },
    ],
    [
      'no root, a signature: nobody looks at it',
      { given: { ...plain, catalogSignature: 'x' }, root: '' },
      { offers: 'Fifth', problems: [] },
    ],
    ['a root, no signature', { given: plain }, { offers: undefined, problems: [UNSIGNED] }],
    [
      'a root, no signature, where that is allowed',
      { given: plain, allowed: true },
      { offers: 'Fifth', problems: [] },
    ],
    [
      'a root, a bad signature, where none is allowed',
      { given: { ...plain, catalogSignature: 'x' }, allowed: true },
      { offers: undefined, problems: [UNREADABLE] },
    ],
    ['a root, a valid signature', { given: deliver() }, { offers: 'Fifth', problems: [] }],
    [
      'a root, a stranger’s signature',
      { given: deliver({ by: [stranger] }) },
      { offers: undefined, problems: [NOT_BY_KEYS] },
    ],
    [
      'a root, a stranger’s and a valid signature',
      { given: deliver({ by: [stranger, signer] }) },
      { offers: 'Fifth', problems: [] },
    ],
    [
      'a rotated key, the old root on the device',
      { given: deliver({ by: [second], roots: [first, next] }) },
      { offers: 'Fifth', problems: [] },
    ],
    [
      'a rotated key, the new root on the device',
      { given: deliver({ by: [second], roots: [first, next] }), root: next },
      { offers: 'Fifth', problems: [] },
    ],
    [
      'a rotated key, and the roots aren’t delivered',
      { given: deliver({ by: [second], roots: [] }) },
      { offers: undefined, problems: [NOT_BY_KEYS] },
    ],
    [
      'a removed key signs',
      { given: deliver({ roots: [first, next] }) },
      { offers: undefined, problems: [NOT_BY_KEYS] },
    ],
    [
      'a removed key signs, the new root on the device',
      { given: deliver({ roots: [first] }), root: next },
      { offers: undefined, problems: [NOT_BY_KEYS] },
    ],
    [
      'a root that isn’t signed by itself',
      { given: deliver(), root: signText(rootOf(firstPlan), [rootA]) },
      { offers: undefined, problems: [NO_ROOT] },
    ],
    [
      'a root that is cut off',
      { given: deliver(), root: JSON.stringify(first).slice(0, -9) },
      { offers: undefined, problems: [NO_ROOT] },
    ],
  ])('%s', async (_, { given, root = first, allowed = false }, expected) => {
    expect(await meet(given, root, allowed)).toEqual(expected);
  });

  it('a signature that is taken away after one was accepted', async () => {
    await meet(deliver());
    expect(await meet({ catalogText: evil })).toEqual({ offers: 'Fifth', problems: [UNSIGNED] });
  });

  it('a catalog of a removed key, which an update of the app no longer trusts, is dropped', async () => {
    await meet(deliver());
    expect(await meet({}, next)).toEqual({ offers: undefined, problems: [] });
  });
});

describe('counting keys', () => {
  const twoOf: RootPlan = { ...firstPlan, catalogKeys: [signer, second], catalogThreshold: 2 };
  const strict = signText(rootOf(twoOf), [rootA, rootB]);
  const line = sha256(strict.signed);
  const given = (by: readonly Signer[], tamper = (one: SignedText) => one) =>
    deliver({ by, tamper, firstRoot: line, roots: [strict] });

  it.each<[string, Given, string[]]>([
    ['two keys of two', given([signer, second]), []],
    ['one key of two', given([signer]), [NOT_BY_KEYS]],
    ['one key twice', given([signer, signer]), [NOT_BY_KEYS]],
    [
      'one key twice, once in capitals',
      given([signer], (one) => ({
        ...one,
        signatures: one.signatures.flatMap((each) => [
          each,
          { ...each, key: each.key.toUpperCase() },
        ]),
      })),
      [UNREADABLE],
    ],
    [
      'one key under the name of the other',
      given([signer], (one) => ({
        ...one,
        signatures: [
          signatureOf(one.signed, signer),
          { ...signatureOf(one.signed, signer), key: second.key },
        ],
      })),
      [NOT_BY_KEYS],
    ],
    [
      'a bad signature before a good one of each key',
      given([signer, second], (one) => ({
        ...one,
        signatures: [{ key: signer.key, signature: '0'.repeat(128) }, ...one.signatures],
      })),
      [],
    ],
  ])('%s', async (_, delivery, problems) => {
    expect((await meet(delivery, strict)).problems).toEqual(problems);
  });

  it.each<[string, object]>([
    ['a key that is in it twice', rootOf({ ...firstPlan, catalogKeys: [signer, signer] })],
    ['a threshold of none', rootOf({ ...firstPlan, catalogThreshold: 0 })],
    ['a threshold that its keys can’t reach', rootOf({ ...firstPlan, threshold: 3 })],
  ])('no root has %s', async (_, content) => {
    const root = signText(content, [rootA, rootB]);
    const delivery = deliver({ firstRoot: sha256(root.signed), roots: [root] });
    expect(await meet(delivery, root)).toEqual({ offers: undefined, problems: [NO_ROOT] });
  });
});
