/** Ed25519 and the counting of keys, against code that nobody here wrote: Node's OpenSSL, RFC 8032, and TUF's models. */
import { createPublicKey, verify } from 'node:crypto';

import { Key, Metadata, Root, Signature, Snapshot } from '@tufjs/models';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { createSigner, signText } from '../../../tests/signedCatalogs';
import { isSignedBy, isValidSignature } from './envelope';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** Section 7.1 of RFC 8032: public key, message, signature. */
const VECTORS = [
  [
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

it.each(VECTORS)('RFC 8032: a signature by %s', (key, message, signature) => {
  expect(isValidSignature({ key, signature, bytes: hex(message) })).toBe(true);
  expect(isValidSignature({ key, signature, bytes: hex(`${message}00`) })).toBe(false);
});

/** The order of the group, which a signature's second half must be below: otherwise a signature has twins. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function withOrderAdded(signature: string): string {
  const scalar = BigInt(`0x${Buffer.from(signature.slice(64), 'hex').reverse().toString('hex')}`);
  const twin = (scalar + ORDER).toString(16).padStart(64, '0');
  return signature.slice(0, 64) + Buffer.from(twin, 'hex').reverse().toString('hex');
}

it.each(VECTORS)('refuses the twin of a signature by %s', (key, message, signature) => {
  const twin = withOrderAdded(signature);
  expect(isValidSignature({ key, signature: twin, bytes: hex(message) })).toBe(false);
});

it.each([
  ['one', `01${'00'.repeat(31)}`],
  ['minus one', `ec${'ff'.repeat(30)}7f`],
  ['zero', '00'.repeat(32)],
  ['another encoding of one', `ee${'ff'.repeat(30)}7f`],
])('refuses a key under which anybody can sign: %s', (_, key) => {
  const signature = `01${'00'.repeat(63)}`;
  expect(isValidSignature({ key, signature, bytes: hex('00') })).toBe(false);
});

function nodeSays(key: string, signature: string, bytes: Uint8Array): boolean {
  const der = Buffer.from(`302a300506032b6570032100${key}`, 'hex');
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, bytes, publicKey, Buffer.from(signature, 'hex'));
}

it('agrees with Node about signatures, whole and changed in any bit', () => {
  const signer = createSigner();
  const text = fc.string({
    unit: fc.constantFrom('{', '}', '"', ':', 'a', '0', ' '),
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, fc.option(fc.nat(511)), (signed, bit) => {
      const made = Buffer.from(signText(signed, [signer]).signatures[0]?.signature ?? '', 'hex');
      if (bit !== null) made[bit >> 3] = (made[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const signature = made.toString('hex');
      const bytes = Uint8Array.from(Buffer.from(signed));
      const ours = isValidSignature({ key: signer.key, signature, bytes });
      expect(ours).toBe(nodeSays(signer.key, signature, bytes));
      expect(ours).toBe(bit === null);
    }),
    { numRuns: 100 },
  );
});

const people = [createSigner(), createSigner(), createSigner(), createSigner()] as const;

/** Whether TUF's own models say that enough of the keys have signed. Its text is another one, so it is signed again. */
function tufSays(keys: readonly number[], threshold: number, signers: readonly number[]): boolean {
  const stated = { version: 1, specVersion: '1.0.0', expires: '2030-01-01T00:00:00Z' };
  const root = new Root(stated);
  for (const index of keys) root.addKey(tufKey(index), 'snapshot');
  const role = root.roles['snapshot'];
  if (!role) throw new Error('no role');
  Object.assign(role, { threshold });
  const snapshot = new Metadata(new Snapshot(stated));
  for (const index of signers) {
    snapshot.sign((data) => {
      const person = people[index];
      const made = person && signText(data.toString(), [person]).signatures[0];
      return new Signature({ keyID: `key-${String(index)}`, sig: made?.signature ?? '' });
    }, true);
  }
  try {
    new Metadata(root).verifyDelegate('snapshot', snapshot);
    return true;
  } catch {
    return false;
  }
}

function tufKey(index: number): Key {
  return new Key({
    ...{ keyID: `key-${String(index)}`, keyType: 'ed25519', scheme: 'ed25519' },
    keyVal: { public: people[index]?.key ?? '' },
  });
}

it('counts keys as TUF’s own models do', () => {
  const some = fc.array(fc.nat(3), { maxLength: 6 });
  const different = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 });
  const seen = { enough: 0, tooFew: 0 };
  fc.assert(
    fc.property(different, fc.integer({ min: 1, max: 4 }), some, (keys, threshold, signers) => {
      const envelope = signText(
        'x',
        signers.flatMap((index) => people[index] ?? []),
      );
      const ours = isSignedBy(envelope, {
        keys: keys.map((index) => people[index]?.key ?? ''),
        threshold,
      });
      expect(ours).toBe(tufSays(keys, threshold, signers));
      seen[ours ? 'enough' : 'tooFew'] += 1;
    }),
    { numRuns: 200, seed: 7 },
  );
  expect(Math.min(seen.enough, seen.tooFew)).toBeGreaterThan(20);
});
