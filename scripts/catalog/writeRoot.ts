/** `modelshelf catalog root`: the first root of a publisher, or the next one. */
import type { Envelope } from '../../lib/ai/catalogs/envelope';
import { isSignedBy } from '../../lib/ai/catalogs/envelope';
import { readEnvelope, readRoot, type Root } from '../../lib/ai/catalogs/signedRoot';
import { UsageError } from '../cli/usageError';
import { CatalogCommandError } from './catalogCommandError';
import { expiryFrom, type CatalogOptions } from './catalogOptions';
import { readKeyFile } from './keyFile';
import { readText, writeNew } from './textFiles';

/** What is still missing before an app accepts a root. */
export interface RootReport {
  path: string;
  version: number;
  /** Whether enough of its own keys have signed it. */
  isSigned: boolean;
  /** Whether enough keys of the root before have signed it; true for a first root. */
  follows: boolean;
}

/** @throws UsageError, CatalogCommandError */
export async function writeRoot(options: CatalogOptions, nowMs: number): Promise<RootReport> {
  const { path, rootKeys, catalogKeys, threshold, catalogThreshold } = options;
  const before = options.from === undefined ? undefined : await readRootFile(options.from);
  const keys = keysOf(rootKeys, before?.root.keys);
  const signers = keysOf(catalogKeys, before?.root.catalogKeys);
  const content = {
    type: 'modelshelf-root',
    version: (before?.root.version ?? 0) + 1,
    ...(before && { firstRoot: before.root.firstRoot }),
    expires: expiryFrom(options.expires ?? '365d', nowMs),
    ...{ keys, threshold, catalogKeys: signers, catalogThreshold },
  };
  const signed = JSON.stringify(content, undefined, 1);
  const root = readRoot({ signed, signatures: [] });
  if (!root)
    throw new UsageError(
      'A threshold is higher than the number of its keys, or a key is there twice.',
    );
  const envelope = await withSignatures({ signed, signatures: [] }, options.keyFiles);
  await writeNew(path, `${JSON.stringify(envelope, undefined, 1)}\n`);
  return report({ path, envelope, root }, before?.root);
}

function keysOf(given: readonly string[], before: readonly string[] | undefined) {
  const keys = given.length > 0 ? given : before;
  if (keys) return keys;
  throw new UsageError('A root needs --root-key and --catalog-key.');
}

/** Adds signatures to a root that is there. @throws CatalogCommandError */
export async function signRoot(
  { path, keyFiles, from }: CatalogOptions,
  { envelope, root }: { envelope: Envelope; root: Root },
): Promise<RootReport> {
  const before = from === undefined ? undefined : await readRootFile(from);
  const signed = await withSignatures(envelope, keyFiles);
  await writeNew(path, `${JSON.stringify(signed, undefined, 1)}\n`, { replaces: true });
  return report({ path, envelope: signed, root }, before?.root);
}

function report(
  { path, envelope, root }: { path: string; envelope: Envelope; root: Root },
  before: Root | undefined,
): RootReport {
  const follows = before === undefined ? root.version === 1 : isSignedBy(envelope, before);
  return { path, version: root.version, isSigned: isSignedBy(envelope, root), follows };
}

/** With the signature of each key, once. */
export async function withSignatures(
  { signed, signatures }: Envelope,
  keyFiles: readonly string[],
): Promise<Envelope> {
  const all = new Map(signatures.map((each) => [each.key, each]));
  for (const file of keyFiles) {
    const { key, sign } = await readKeyFile(file);
    all.set(key, { key, signature: sign(signed) });
  }
  return { signed, signatures: [...all.values()] };
}

/** @throws CatalogCommandError */
export async function readRootFile(path: string): Promise<{ envelope: Envelope; root: Root }> {
  const envelope = readEnvelope(await readText(path));
  const root = envelope && readRoot(envelope);
  if (root) return { envelope, root };
  throw new CatalogCommandError(`${path} is no root.`);
}
