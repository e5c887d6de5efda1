/** The ten attacks that TUF lists, on a device that has accepted version 5 of a signed catalog. */
import { describe, expect, it } from 'vitest';

import {
  catalogTrustScene,
  deliver,
  meet,
  type Given,
  first,
  firstPlan,
  next,
  nextPlan,
  rootA,
  rootB,
  rootC,
  signer,
  second,
  stranger,
  UNREADABLE,
  NOT_BY_KEYS,
  OTHER_TEXT,
  OLDER,
  ROOT_CHAIN,
  OLD_ROOT,
  TOO_HIGH,
  OTHER_APP,
  EXPIRED,
} from '../../../tests/catalogTrustScene';
import { catalogOf, rootOf, sha256, signatureFile, signText } from '../../../tests/signedCatalogs';

catalogTrustScene();

const evil = catalogOf('Evil');
const huge = `${catalogOf('Fifth')}${' '.repeat(100)}`;
const otherFirst = signText(rootOf({ ...firstPlan, expires: '2027-02-02T00:00:00Z' }), [
  rootA,
  rootB,
]);

/** Each after version 5 was accepted, which stays in use. */
const ATTACKS: readonly (readonly [attack: string, given: () => Given, reason: string])[] = [
  [
    'arbitrary installation: another text under a good signature',
    () => ({ ...deliver({ version: 6 }), catalogText: evil }),
    OTHER_TEXT,
  ],
  [
    'arbitrary installation: another text of the same length',
    () => ({ ...deliver({ version: 6 }), catalogText: catalogOf('Evil!') }),
    OTHER_TEXT,
  ],
  [
    'arbitrary installation: a text signed by a stranger',
    () => deliver({ text: evil, version: 6, by: [stranger] }),
    NOT_BY_KEYS,
  ],
  [
    'arbitrary installation: a statement that was changed after it was signed',
    () =>
      deliver({
        text: evil,
        version: 6,
        tamper: (one) => ({ ...one, signed: one.signed.replace('"version":6', '"version":7') }),
      }),
    NOT_BY_KEYS,
  ],
  [
    'endless data: a longer text than was signed',
    () => ({ ...deliver({ version: 6 }), catalogText: huge }),
    OTHER_TEXT,
  ],
  [
    'endless data: a signature of megabytes',
    () => {
      const given = deliver({ version: 6 });
      return { ...given, catalogSignature: given.catalogSignature + ' '.repeat(600_000) };
    },
    UNREADABLE,
  ],
  [
    'extraneous dependencies: a model that was put into the signed text',
    () => {
      const given = deliver({ version: 6 });
      return { ...given, catalogText: given.catalogText.replace('[{', `[${evil.slice(24, -2)},{`) };
    },
    OTHER_TEXT,
  ],
  [
    'fast-forward: a version after which no other can come',
    () => deliver({ text: evil, version: Number.MAX_SAFE_INTEGER }),
    TOO_HIGH,
  ],
  [
    'fast-forward: a version that is no whole number',
    () => deliver({ text: evil, version: 2 ** 60 }),
    UNREADABLE,
  ],
  [
    'malicious mirror: the signature of another publisher’s catalog',
    () => deliver({ text: evil, version: 6, by: [signer], firstRoot: sha256(otherFirst.signed) }),
    OTHER_APP,
  ],
  [
    'malicious mirror: a page in place of the signature',
    () => ({ ...deliver(), catalogSignature: '<html>' }),
    UNREADABLE,
  ],
  [
    'malicious mirror: the signature alone',
    () => ({ ...deliver({ version: 6 }), catalogText: undefined }),
    OTHER_TEXT,
  ],
  [
    'mix-and-match: an older text with a newer statement',
    () => ({
      ...deliver({ text: catalogOf('Sixth'), version: 6 }),
      catalogText: catalogOf('Fourth'),
    }),
    OTHER_TEXT,
  ],
  ['rollback: an older version', () => deliver({ text: catalogOf('Fourth'), version: 4 }), OLDER],
  ['rollback: another text of the same version', () => deliver({ text: evil, version: 5 }), OLDER],
  [
    'key compromise: a root that only one of two keys has signed',
    () =>
      deliver({
        ...{ text: evil, version: 6, by: [second] },
        roots: [first, signText(rootOf(nextPlan), [rootB, rootC])],
      }),
    ROOT_CHAIN,
  ],
  [
    'key compromise: a root without the signatures of its own keys',
    () =>
      deliver({
        ...{ text: evil, version: 6, by: [second] },
        roots: [first, signText(rootOf(nextPlan), [rootA, rootB])],
      }),
    ROOT_CHAIN,
  ],
  [
    'key compromise: a catalog key signs a root',
    () =>
      deliver({
        ...{ text: evil, version: 6, by: [stranger] },
        roots: [
          first,
          signText(rootOf({ ...nextPlan, catalogKeys: [stranger] }), [signer, stranger]),
        ],
      }),
    ROOT_CHAIN,
  ],
  [
    'key compromise: a root key signs a catalog',
    () => deliver({ text: evil, version: 6, by: [rootA, rootB] }),
    NOT_BY_KEYS,
  ],
  [
    'key compromise: a root that leaves one out',
    () =>
      deliver({
        ...{ text: evil, version: 6, by: [second] },
        roots: [first, signText(rootOf({ ...nextPlan, version: 3 }), [rootA, rootB, rootC])],
      }),
    ROOT_CHAIN,
  ],
  [
    'wrong software: the root’s text in place of the catalog’s statement',
    () => ({ ...deliver(), catalogSignature: signatureFile([first], first) }),
    UNREADABLE,
  ],
  [
    'wrong software: another publisher’s root',
    () =>
      deliver({
        text: evil,
        version: 6,
        roots: [
          otherFirst,
          signText(rootOf({ ...nextPlan, firstRoot: sha256(otherFirst.signed) }), [
            rootA,
            rootB,
            rootC,
          ]),
        ],
        by: [second],
      }),
    ROOT_CHAIN,
  ],
];

describe('a catalog that is refused, and the one before stays', () => {
  it.each(ATTACKS)('%s', async (_, given, reason) => {
    expect(await meet(deliver())).toEqual({ offers: 'Fifth', problems: [] });
    expect(await meet(given())).toEqual({ offers: 'Fifth', problems: [reason] });
    expect(await meet(deliver())).toEqual({ offers: 'Fifth', problems: [] });
  });

  it.each(ATTACKS.filter(([, , reason]) => reason !== OLDER && reason !== TOO_HIGH))(
    'at a first start, with none before it: %s',
    async (_, given, reason) => {
      expect(await meet(given())).toEqual({ offers: undefined, problems: [reason] });
    },
  );
});

describe('indefinite freeze', () => {
  const old = { expires: '2026-11-30T23:59:59Z' };

  it('an expired catalog is used, with a warning', async () => {
    expect(await meet(deliver(old))).toEqual({ offers: 'Fifth', problems: [EXPIRED] });
  });

  it('an expired root warns, too, and leads to newer ones without a warning', async () => {
    const short = signText(rootOf({ ...firstPlan, ...old }), [rootA, rootB]);
    const line = sha256(short.signed);
    expect(await meet(deliver({ firstRoot: line, roots: [short] }), short)).toEqual({
      ...{ offers: 'Fifth', problems: [EXPIRED] },
    });
    const renewed = signText(rootOf({ ...nextPlan, firstRoot: line }), [rootA, rootB, rootC]);
    const given = deliver({ version: 6, firstRoot: line, roots: [short, renewed], by: [second] });
    expect(await meet(given, short)).toEqual({ offers: 'Fifth', problems: [] });
  });

  it('an answer that never comes leaves the last catalog, and warns when that has expired', async () => {
    await meet(deliver());
    expect(await meet({})).toEqual({ offers: 'Fifth', problems: [] });
    await meet(deliver({ ...old, version: 6 }));
    expect(await meet({})).toEqual({ offers: 'Fifth', problems: [EXPIRED] });
  });
});

describe('fast-forward, after the stolen key was replaced', () => {
  it('a version that the old key signed counts no more', async () => {
    await meet(deliver({ text: evil, version: 1_000_000_000 }));
    const given = deliver({ version: 6, by: [second], roots: [first, next] });
    expect(await meet(given)).toEqual({ offers: 'Fifth', problems: [] });
    expect(await meet(deliver({ version: 2_000_000 }))).toEqual({
      ...{ offers: 'Fifth', problems: [OLD_ROOT] },
    });
  });
});

describe('a replaced key, and a catalog that is damaged or withheld so that the device doesn’t learn of it', () => {
  const renewed = { version: 6, by: [second], roots: [first, next] };
  const withheld = deliver({ text: catalogOf('Sixth'), ...renewed });
  const third = { ...nextPlan, version: 3 };

  it.each<readonly [string, Given, string]>([
    ['another text', { ...withheld, catalogText: evil }, OTHER_TEXT],
    ['no text', { ...withheld, catalogText: undefined }, OTHER_TEXT],
    ['a stranger’s signature', deliver({ ...renewed, by: [stranger] }), NOT_BY_KEYS],
    ['the replaced key’s signature', deliver({ ...renewed, by: [signer] }), NOT_BY_KEYS],
    ['another app’s catalog', deliver({ ...renewed, firstRoot: sha256('x') }), OTHER_APP],
    [
      'the root’s text in place of the statement',
      { ...withheld, catalogSignature: signatureFile([first, next], first) },
      UNREADABLE,
    ],
    [
      'a bad root behind the good one',
      deliver({ ...renewed, roots: [first, next, signText(rootOf(third), [rootA])] }),
      ROOT_CHAIN,
    ],
  ])('%s: the root counts all the same', async (_, given, reason) => {
    await meet(deliver());
    expect(await meet(given)).toEqual({ offers: 'Fifth', problems: [reason] });
    const byOldKey = deliver({ text: evil, version: 7 });
    expect(await meet(byOldKey)).toEqual({ offers: 'Fifth', problems: [OLD_ROOT] });
    expect(await meet(withheld)).toEqual({ offers: 'Sixth', problems: [] });
  });

  it('at a first start, with none before it', async () => {
    await meet({ ...withheld, catalogText: evil });
    expect(await meet(deliver())).toEqual({ offers: undefined, problems: [OLD_ROOT] });
    expect(await meet(withheld)).toEqual({ offers: 'Sixth', problems: [] });
  });

  it('a root that isn’t signed by enough keys is not kept', async () => {
    const forged = signText(rootOf(nextPlan), [rootB, rootC]);
    await meet(deliver({ ...renewed, roots: [first, forged] }));
    expect(await meet(deliver())).toEqual({ offers: 'Fifth', problems: [] });
  });

  it('a later root follows the kept one, also where it comes without those before it', async () => {
    await meet({ ...withheld, catalogText: evil });
    const last = signText(rootOf({ ...third, catalogKeys: [stranger] }), [rootB, rootC]);
    const given = deliver({ ...renewed, roots: [first, next, last], by: [stranger] });
    await meet({ ...given, catalogText: evil });
    expect(await meet(withheld)).toEqual({ offers: undefined, problems: [OLD_ROOT] });
    expect(await meet(given)).toEqual({ offers: 'Fifth', problems: [] });
  });

  it('an update of the app with a root that the kept ones don’t follow begins with that one', async () => {
    await meet({ ...withheld, catalogText: evil });
    const other = signText(rootOf({ ...nextPlan, catalogKeys: [signer] }), [rootA, rootB, rootC]);
    const given = deliver({ roots: [first, other] });
    expect(await meet(given, other)).toEqual({ offers: 'Fifth', problems: [] });
  });
});
