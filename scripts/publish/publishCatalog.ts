/** Puts the catalog and its signature at a place whose files are complete. An unchanged catalog is left alone. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { judgeCatalog } from '../../lib/ai/catalogs/judgeCatalog';
import {
  readSignatureFile,
  readRoot,
  readStatement,
  trustedRoot,
} from '../../lib/ai/catalogs/signedRoot';
import { signCatalog } from '../catalog/signCatalog';
import { UsageError } from '../cli/usageError';
import { CATALOG_HEADERS, PublishError, type PublishTarget } from './publishTarget';

export const CATALOG = 'catalog.json';
const SIGNATURE = 'catalog.signature.json';

export interface CatalogRequest {
  catalogText: string;
  keyFiles: readonly string[];
  rootFiles: readonly string[];
  expires: string | undefined;
  nowMs: number;
  hubEndpoint: string;
}

export interface CatalogReport {
  /** Of the signature; undefined for an unsigned catalog. */
  version: number | undefined;
  isChanged: boolean;
}

/** A signature is renewed this long before it ends. */
const RENEWED_MS = 30 * 86_400_000;

/** @throws PublishError, UsageError, CatalogCommandError */
export async function publishCatalog(
  target: PublishTarget,
  request: CatalogRequest,
): Promise<CatalogReport> {
  const { catalogText, keyFiles } = request;
  const [hadCatalog, hadSignature] = [
    await target.readText(CATALOG),
    await target.readText(SIGNATURE),
  ];
  const isSame = hadCatalog === catalogText;
  if (keyFiles.length === 0) {
    if (hadSignature !== undefined) {
      throw new PublishError(
        'The catalog there is signed, and would no longer fit: --key signs the new one.',
      );
    }
    if (!isSame) await target.putText(CATALOG, catalogText, CATALOG_HEADERS);
    return { version: undefined, isChanged: !isSame };
  }
  const good = isSame ? versionIfGood(request, hadSignature) : undefined;
  if (good !== undefined) return { version: good, isChanged: false };
  const { signature, version } = await sign(request, hadSignature);
  await target.putText(CATALOG, catalogText, CATALOG_HEADERS);
  await target.putText(SIGNATURE, signature, CATALOG_HEADERS);
  return { version, isChanged: true };
}

/** The version of a signature that needs no renewal yet. */
function versionIfGood(
  { catalogText, nowMs }: CatalogRequest,
  signatureText: string | undefined,
): number | undefined {
  const file = signatureText === undefined ? undefined : readSignatureFile(signatureText);
  const [first] = file?.roots ?? [];
  const root = first && readRoot(first) && trustedRoot(JSON.stringify(first));
  if (!file || !root || signatureText === undefined) return undefined;
  const later = nowMs + RENEWED_MS;
  const verdict = judgeCatalog({
    catalogText,
    signatureText,
    root,
    accepted: undefined,
    nowMs: later,
  });
  if (typeof verdict === 'string' || verdict.expiredAtMs !== undefined) return undefined;
  return readStatement(file.catalog)?.version;
}

async function sign(
  { catalogText, keyFiles, rootFiles, expires, ...context }: CatalogRequest,
  last: string | undefined,
): Promise<{ signature: string; version: number }> {
  if (last === undefined && rootFiles.length === 0)
    throw new UsageError('The first signature needs --root.');
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-publish-'));
  try {
    const path = join(folder, CATALOG);
    await writeFile(path, catalogText);
    if (last !== undefined) await writeFile(join(folder, SIGNATURE), last);
    const options = { path, keyFiles, rootFiles, version: undefined, adds: false, expires };
    const { version, distrust } = await signCatalog(options, context);
    if (distrust !== undefined)
      throw new PublishError('More keys have to sign it: modelshelf catalog sign --add.');
    return { signature: await readFile(join(folder, SIGNATURE), 'utf8'), version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
