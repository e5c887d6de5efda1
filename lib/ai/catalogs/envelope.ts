/**
 * Signed texts: a text, and signatures over exactly its bytes. Nothing is written again before a check, so that there is
 * no canonical form on which two programs could disagree.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { hexToBytes } from '@noble/curves/utils.js';
import * as v from 'valibot';

/** Printable ASCII: every host makes the same bytes of it. */
const signedText = v.pipe(v.string(), v.maxLength(64 * 1024), v.regex(/^[\x20-\x7e\n]+$/));

export const keySchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'is no key in lower-case hex'),
);

export const envelopeSchema = v.object({
  signed: signedText,
  signatures: v.pipe(
    v.array(
      v.object({ key: keySchema, signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)) }),
    ),
    v.maxLength(64),
  ),
});

/** `signed` is JSON of its own; each key and signature is of Ed25519, in lower-case hex. */
export type Envelope = v.InferOutput<typeof envelopeSchema>;

export interface Signers {
  /** Each once. */
  keys: readonly string[];
  /** How many of them have to sign. */
  threshold: number;
}

/**
 * Whether enough of the keys have signed. A key counts once, however often it has signed: there are no names of keys that
 * could stand for one key twice.
 */
export function isSignedBy(
  { signed, signatures }: Envelope,
  { keys, threshold }: Signers,
): boolean {
  const bytes = asciiBytes(signed);
  const signers = new Set<string>();
  for (const { key, signature } of signatures) {
    if (!keys.includes(key) || signers.has(key)) continue;
    if (isValidSignature({ key, signature, bytes })) signers.add(key);
  }
  return threshold >= 1 && signers.size >= threshold;
}

/** By the rules of RFC 8032: one encoding of each key and signature, and no key of small order. Never throws. */
export function isValidSignature({
  key,
  signature,
  bytes,
}: {
  key: string;
  signature: string;
  bytes: Uint8Array;
}): boolean {
  try {
    return ed25519.verify(hexToBytes(signature), bytes, hexToBytes(key), { zip215: false });
  } catch {
    // Texts that are no hex, or of another length.
    return false;
  }
}

/** For a text of `signedText`. */
function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
