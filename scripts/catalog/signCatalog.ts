/** `modelshelf catalog sign` and `verify`. What was signed is judged as an app would judge it, before it is written. */
import { distrustReason, type CatalogDistrust } from '../../lib/ai/catalogs/distrust';
import type { Envelope } from '../../lib/ai/catalogs/envelope';
import { judgeCatalog } from '../../lib/ai/catalogs/judgeCatalog';
import {
  readRoot,
  readSignatureFile,
  readStatement,
  sha256Of,
  trustedRoot,
  type SignatureFile,
} from '../../lib/ai/catalogs/signedRoot';
import { signaturePlace } from '../../lib/ai/catalogs/signaturePlace';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { isModelError, toFailure } from '../../lib/errors';
import { UsageError } from '../cli/usageError';
import { CatalogCommandError } from './catalogCommandError';
import { expiryFrom, type CatalogOptions } from './catalogOptions';
import { readIfThere, readText, writeNew } from './textFiles';
import { readRootFile, withSignatures } from './writeRoot';

export interface SignReport {
  path: string;
  version: number;
  expires: string;
  models: number;
  /** Why an app would refuse it still: another key has to sign, too. */
  distrust: CatalogDistrust | undefined;
}

export type SignOptions = Pick<
  CatalogOptions,
  'path' | 'keyFiles' | 'rootFiles' | 'version' | 'adds' | 'expires'
>;

export interface SignContext {
  nowMs: number;
  /** Plain http is accepted or not depending on it. */
  hubEndpoint: string;
}

/** @throws UsageError, CatalogCommandError */
export async function signCatalog(
  options: SignOptions,
  { nowMs, hubEndpoint }: SignContext,
): Promise<SignReport> {
  if (options.keyFiles.length === 0) throw new UsageError('sign needs --key.');
  const catalogText = await readText(options.path);
  const models = countModels(catalogText, hubEndpoint);
  const path = signaturePlace(options.path);
  const last = await readLast(path);
  const roots = await rootsOf(options, last);
  const [first] = roots;
  const firstRoot = first && readRoot(first)?.firstRoot;
  if (firstRoot === undefined) throw new UsageError('The first signature needs --root.');
  const unsigned = options.adds
    ? sameStatement(last, catalogText)
    : newStatement({ firstRoot, catalogText, version: nextVersion(options, last) }, options, nowMs);
  const catalog = await withSignatures(unsigned, options.keyFiles);
  const statement = readStatement(catalog);
  if (!statement) throw new CatalogCommandError('The statement about the catalog can’t be made.');
  const file: SignatureFile = { version: 1, roots: [...roots], catalog };
  const signatureText = `${JSON.stringify(file, undefined, 1)}\n`;
  const distrust = judge({ catalogText, signatureText, rootText: JSON.stringify(first) }, nowMs);
  // Too few signatures are a step on the way; anything else would be refused for good.
  if (distrust !== undefined && distrust !== 'signature') {
    throw new CatalogCommandError(`Nothing was written. ${distrustReason(distrust)}`);
  }
  await writeNew(path, signatureText, { replaces: true });
  return { path, version: statement.version, expires: statement.expires, models, distrust };
}

export interface VerifyReport {
  distrust: CatalogDistrust | undefined;
  version: number | undefined;
  expires: string | undefined;
  isExpired: boolean;
}

/** @throws UsageError, CatalogCommandError */
export async function verifyCatalog(
  { path, rootFiles }: Pick<CatalogOptions, 'path' | 'rootFiles'>,
  nowMs: number,
): Promise<VerifyReport> {
  const [rootFile] = rootFiles;
  if (rootFile === undefined || rootFiles.length > 1) {
    throw new UsageError('verify needs --root, once.');
  }
  const signatureText = await readIfThere(signaturePlace(path));
  const root = trustedRoot(await readText(rootFile));
  const catalogText = await readText(path);
  const question = { catalogText, signatureText, accepted: undefined, nowMs };
  const verdict = root ? judgeCatalog({ ...question, root }) : 'no-root';
  if (typeof verdict === 'string') {
    return { distrust: verdict, version: undefined, expires: undefined, isExpired: false };
  }
  const { version, expiredAtMs } = verdict;
  const file = signatureText === undefined ? undefined : readSignatureFile(signatureText);
  const expires = file && readStatement(file.catalog)?.expires;
  return { distrust: undefined, version, expires, isExpired: expiredAtMs !== undefined };
}

function judge(
  { rootText, ...texts }: { catalogText: string; signatureText: string; rootText: string },
  nowMs: number,
): CatalogDistrust | undefined {
  const root = trustedRoot(rootText);
  if (root === undefined) return 'no-root';
  const verdict = judgeCatalog({ ...texts, root, accepted: undefined, nowMs });
  return typeof verdict === 'string' ? verdict : undefined;
}

function countModels(catalogText: string, hubEndpoint: string): number {
  try {
    const { models, problems } = parseCatalog(catalogText, hubEndpoint);
    const [problem] = problems;
    if (problem === undefined) return models.length;
    throw new CatalogCommandError(`${problem.modelId ?? 'An entry'}: ${problem.reason}`);
  } catch (error) {
    if (!isModelError(error)) throw error;
    const failure = toFailure(error);
    const reason = failure.code === 'CATALOG_INVALID' ? failure.details.reason : failure.code;
    throw new CatalogCommandError(`The catalog can’t be used: ${reason}`);
  }
}

async function readLast(path: string): Promise<SignatureFile | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const last = readSignatureFile(text);
  if (last) return last;
  throw new CatalogCommandError(`${path} can’t be read as a signature. Move it away first.`);
}

/** Those of the last signature, and the given ones, each version once. */
async function rootsOf(
  { rootFiles }: SignOptions,
  last: SignatureFile | undefined,
): Promise<Envelope[]> {
  const byVersion = new Map<number, Envelope>();
  for (const envelope of last?.roots ?? []) {
    byVersion.set(readRoot(envelope)?.version ?? 0, envelope);
  }
  for (const file of rootFiles) {
    const { envelope, root } = await readRootFile(file);
    byVersion.set(root.version, envelope);
  }
  return [...byVersion].sort(([one], [other]) => one - other).map(([, envelope]) => envelope);
}

function nextVersion({ version }: SignOptions, last: SignatureFile | undefined): number {
  return version ?? ((last && readStatement(last.catalog)?.version) ?? 0) + 1;
}

function newStatement(
  stated: { firstRoot: string; catalogText: string; version: number },
  { expires = '90d' }: SignOptions,
  nowMs: number,
): Envelope {
  const { firstRoot, catalogText, version } = stated;
  const content = {
    type: 'modelshelf-catalog',
    ...{ firstRoot, version, expires: expiryFrom(expires, nowMs) },
    sizeBytes: Buffer.byteLength(catalogText),
    sha256: sha256Of(catalogText),
  };
  return { signed: JSON.stringify(content, undefined, 1), signatures: [] };
}

function sameStatement(last: SignatureFile | undefined, catalogText: string): Envelope {
  const statement = last && readStatement(last.catalog);
  if (last && statement?.sha256 === sha256Of(catalogText)) return last.catalog;
  throw new CatalogCommandError('--add needs a signature of this same catalog beside it.');
}
