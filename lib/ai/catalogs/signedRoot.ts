/**
 * The root of a catalog's trust, in the manner of TUF: which keys sign catalogs, and which keys may change that. A root is
 * followed by the next one only if enough keys of both have signed it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import { MAX_SIGNATURE_BYTES } from './signaturePlace';
import { envelopeSchema, isSignedBy, keySchema, type Envelope } from './envelope';

const version = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const moment = v.pipe(v.string(), v.isoTimestamp());

const keys = v.pipe(
  v.array(keySchema),
  v.minLength(1),
  v.maxLength(32),
  v.check((all) => new Set(all).size === all.length, 'has a key twice'),
);

const rootSchema = v.pipe(
  v.object({
    type: v.literal('modelshelf-root'),
    version,
    /** The digest of the first root's text; absent in the first root. It is what devices remember versions by. */
    firstRoot: v.exactOptional(digest),
    expires: moment,
    keys,
    threshold: version,
    catalogKeys: keys,
    catalogThreshold: version,
  }),
  v.check(
    (root) =>
      root.threshold <= root.keys.length && root.catalogThreshold <= root.catalogKeys.length,
    'needs more keys than it has',
  ),
  v.check((root) => (root.version === 1) === (root.firstRoot === undefined), 'has no first root'),
);

const statementSchema = v.object({
  type: v.literal('modelshelf-catalog'),
  firstRoot: digest,
  version,
  expires: moment,
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  sha256: digest,
});

/** What is signed of a catalog. */
export type CatalogStatement = v.InferOutput<typeof statementSchema>;

export type Root = Omit<v.InferOutput<typeof rootSchema>, 'firstRoot'> & { firstRoot: string };

const rootsSchema = v.pipe(v.array(envelopeSchema), v.maxLength(256));

const signatureFileSchema = v.object({
  version: v.literal(1),
  /** Every root since the first, so that a device follows from whichever one it has. */
  roots: rootsSchema,
  catalog: envelopeSchema,
});

/** `catalog.signature.json`. */
export type SignatureFile = v.InferOutput<typeof signatureFileSchema>;

/** Undefined for a text that is none. */
export function readSignatureFile(text: string): SignatureFile | undefined {
  return text.length > MAX_SIGNATURE_BYTES ? undefined : readJson(signatureFileSchema, text);
}

/** Undefined for a text that is none. */
export function readEnvelope(text: string): Envelope | undefined {
  return readJson(envelopeSchema, text);
}

/** Several roots as JSON, as they are kept on a device. None for a text that is something else. */
export function readRoots(text: string | undefined): readonly Envelope[] {
  return (text === undefined ? undefined : readJson(rootsSchema, text)) ?? [];
}

/** Undefined for anything but a root. Its signatures aren't looked at. */
export function readRoot({ signed }: Envelope): Root | undefined {
  const root = readJson(rootSchema, signed);
  return root && { ...root, firstRoot: root.firstRoot ?? sha256Of(signed) };
}

/** Undefined for anything but a statement about a catalog. Its signatures aren't looked at. */
export function readStatement({ signed }: Envelope): CatalogStatement | undefined {
  return readJson(statementSchema, signed);
}

/** Of the text in UTF-8, in lower-case hex. */
export function sha256Of(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The root of a configuration: signed by its own keys, so that a cut or mixed-up one is noticed. */
export function trustedRoot(text: string): Root | undefined {
  const envelope = readEnvelope(text);
  const root = envelope && readRoot(envelope);
  return root && isSignedBy(envelope, root) ? root : undefined;
}

export interface FollowedRoots {
  /** The newest root that the trusted one leads to. */
  root: Root;
  /** The signed texts on the way there, oldest first, without the trusted one. */
  steps: readonly Envelope[];
  /** Whether all of them could be followed. What comes after a bad step is not looked at. */
  isWhole: boolean;
}

/**
 * Follows from the trusted root: each version in turn, signed by the one before and by itself. Whether a root has expired
 * doesn't matter on the way.
 */
export function followRoots(trusted: Root, roots: readonly Envelope[]): FollowedRoots {
  let root = trusted;
  const steps: Envelope[] = [];
  for (const envelope of roots) {
    const next = readRoot(envelope);
    if (next === undefined) return { root, steps, isWhole: false };
    if (next.version <= root.version) continue;
    const isNext = next.version === root.version + 1 && next.firstRoot === root.firstRoot;
    if (!isNext || !isSignedBy(envelope, root) || !isSignedBy(envelope, next)) {
      return { root, steps, isWhole: false };
    }
    root = next;
    steps.push(envelope);
  }
  return { root, steps, isWhole: true };
}

export function catalogSigners({ catalogKeys, catalogThreshold }: Root) {
  return { keys: catalogKeys, threshold: catalogThreshold };
}

function readJson<T>(schema: v.GenericSchema<unknown, T>, text: string): T | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // It is no JSON, so it is none of these.
    return undefined;
  }
}
