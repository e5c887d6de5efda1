/** Decides whether a catalog is to be trusted: the order of the checks is that of TUF's client. Pure. */
import { utf8ToBytes } from '@noble/hashes/utils.js';

import type { AcceptedCatalog } from '../../db/acceptedCatalogs';
import type { CatalogDistrust } from './distrust';
import { isSignedBy } from './envelope';
import {
  catalogSigners,
  followRoots,
  readEnvelope,
  readRoots,
  readSignatureFile,
  readStatement,
  sha256Of,
  type CatalogStatement,
  type Root,
  type SignatureFile,
} from './signedRoot';

export interface CatalogQuestion {
  /** Undefined where there is none, as for `signatureText`. */
  catalogText: string | undefined;
  signatureText: string | undefined;
  /** The app's own. */
  root: Root;
  /** The roots that were accepted after it, as `rootsToKeep` gives them. */
  keptRoots?: string | undefined;
  accepted: AcceptedCatalog | undefined;
  nowMs: number;
}

export interface Verdict {
  /** What to remember before the catalog is used. */
  accepted: AcceptedCatalog;
  version: number;
  /** When the catalog or its root expired, in milliseconds since 1970; undefined while both are good. */
  expiredAtMs: number | undefined;
}

/** A higher step makes later versions impossible, by an error or on purpose. */
const LARGEST_STEP = 1_000_000;

/** The verdict, or why the catalog is refused. */
export function judgeCatalog(question: CatalogQuestion): Verdict | CatalogDistrust {
  const { catalogText, signatureText, accepted } = question;
  if (signatureText === undefined) return 'unsigned';
  const file = readSignatureFile(signatureText);
  if (file === undefined) return 'unreadable';
  const root = newestRoot(question, file);
  if (typeof root === 'string') return root;
  const statement = readStatement(file.catalog);
  if (statement === undefined) return 'unreadable';
  if (!isSignedBy(file.catalog, catalogSigners(root))) return 'signature';
  if (statement.firstRoot !== root.firstRoot) return 'other-root';
  const distrust = againstRemembered(statement, remembered(root, accepted));
  if (distrust !== undefined) return distrust;
  if (catalogText === undefined || !isTextOf(statement, catalogText)) return 'content';
  return {
    accepted: {
      firstRoot: root.firstRoot,
      rootVersion: root.version,
      statement: JSON.stringify(file.catalog),
      catalogText,
    },
    version: statement.version,
    expiredAtMs: expiry([statement.expires, root.expires], question.nowMs),
  };
}

export { trustedRoot } from './signedRoot';

/**
 * The roots after the app's own that a device has to keep once it has this signature: those that it kept, and those that
 * follow them, up to the first that can't be followed. They count as soon as they are checked, whatever the catalog is:
 * otherwise whoever damages or withholds the catalog could keep a device from learning that a key was replaced.
 */
export function rootsToKeep(
  root: Root,
  kept: string | undefined,
  signatureText: string | undefined,
): string | undefined {
  if (signatureText === undefined) return kept;
  const known = followRoots(root, readRoots(kept));
  const { steps } = followRoots(known.root, readSignatureFile(signatureText)?.roots ?? []);
  return steps.length === 0 ? kept : JSON.stringify([...known.steps, ...steps]);
}

/** The root by which a catalog is judged: the one that was delivered, as a successor of those that are known here. */
function newestRoot(
  { root, keptRoots, accepted }: CatalogQuestion,
  { roots }: SignatureFile,
): Root | CatalogDistrust {
  const known = followRoots(root, readRoots(keptRoots)).root;
  const delivered = followRoots(root, roots);
  const next = followRoots(known, roots);
  if (!delivered.isWhole || !next.isWhole) return 'root-signature';
  const newest = Math.max(known.version, accepted?.rootVersion ?? 0);
  return delivered.root.version < newest ? 'root-rollback' : next.root;
}

/** Whether what was accepted may still be used: a newer root of the app's own may have put other keys in place. */
export function isStillTrusted(root: Root, accepted: AcceptedCatalog): boolean {
  if (accepted.firstRoot !== root.firstRoot) return false;
  return root.version <= accepted.rootVersion || remembered(root, accepted) !== undefined;
}

/** When the last accepted catalog expired, in milliseconds since 1970; undefined while it is good. */
export function expiryOf({ statement }: AcceptedCatalog, nowMs: number): number | undefined {
  const envelope = readEnvelope(statement);
  const stated = envelope && readStatement(envelope);
  return stated && expiry([stated.expires], nowMs);
}

/**
 * The last accepted statement, as long as the root's keys have signed it. Once a stolen key was replaced, the versions
 * that it signed count no more: otherwise a version that nobody can exceed would stay for ever.
 */
function remembered(root: Root, accepted: AcceptedCatalog | undefined) {
  const statement = accepted && readEnvelope(accepted.statement);
  if (statement === undefined || !isSignedBy(statement, catalogSigners(root))) return undefined;
  return readStatement(statement);
}

function againstRemembered(
  { version, sha256 }: CatalogStatement,
  last: CatalogStatement | undefined,
): CatalogDistrust | undefined {
  if (last === undefined) return undefined;
  if (version < last.version) return 'rollback';
  if (version === last.version && sha256 !== last.sha256) return 'rollback';
  return version > last.version + LARGEST_STEP ? 'fast-forward' : undefined;
}

function isTextOf({ sizeBytes, sha256 }: CatalogStatement, text: string): boolean {
  // Before the digest, which takes longer the longer the text is.
  return utf8ToBytes(text).length === sizeBytes && sha256Of(text) === sha256;
}

function expiry(moments: readonly string[], nowMs: number): number | undefined {
  const first = Math.min(...moments.map((text) => Date.parse(text)));
  return first < nowMs ? first : undefined;
}
