/** A model from any address of a GGUF file that isn’t at the hub: looked at, described, and not downloaded. */
import { ModelError } from '../../errors';
import { addressBelow, isPublicHub } from '../../platform/addresses/hubEndpoint';
import type { GgufFacts } from '../../platform/gguf/ggufHeader';
import type { GgufTable } from '../../platform/gguf/ggufTable';
import type { Host } from '../../platform/types';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { readFileAddress } from '../registry/fileAddress';
import type { Registry } from '../registry/registry';
import { loadableHere, refusePart } from './checkPicked';
import { describeImported } from './describeImported';
import { findByDigest } from './findByDigest';

/** What a few ranges of the file, and the heads of the answers, tell. */
export interface RemoteLook {
  table: GgufTable;
  facts: GgufFacts;
  sizeBytes: number;
  /** As the server states it: see `statedSha256`. Undefined where it states none. */
  sha256: string | undefined;
}

export interface AddressTools {
  /** @throws ModelError NET_*, HTTP_*, NOT_A_MODEL, LOAD_FAILED; AbortError */
  lookAt(url: string, signal: AbortSignal): Promise<RemoteLook>;
  host: Pick<Host, 'runtimes' | 'maxModelBytes'>;
  registry: Registry;
  hubEndpoint: string;
}

export interface AddressedModel {
  /** A listed model where its digest is the server’s; else one that is named by the header. */
  config: LlmModelConfig;
  isListed: boolean;
  /** Whose digest the download is compared with; `none`: the digest on arrival is what later checks hold against. */
  checkedAgainst: 'list' | 'server' | 'none';
  sizeBytes: number;
}

/**
 * Downloads only the header. The result isn’t listed yet.
 * @throws ModelError CATALOG_INVALID for an address that can’t be used, or is the hub’s; IMPORT_REFUSED for a file that
 * can’t be used here; and what `lookAt` does
 */
export async function modelAtAddress(
  { lookAt, host, registry, hubEndpoint }: AddressTools,
  written: string,
  signal: AbortSignal,
): Promise<AddressedModel> {
  const url = usableAddress(written, hubEndpoint);
  const fileName = nameIn(url);
  const look = await lookAt(url, signal);
  const { table, facts, sizeBytes, sha256 } = look;
  refusePart(fileName, table);
  const runtime = loadableHere({ name: fileName, sizeBytes }, host);
  const known =
    sha256 === undefined ? undefined : findByDigest(registry.getModels(), runtime, sha256);
  if (known) return { config: known.config, isListed: true, checkedAgainst: 'list', sizeBytes };
  const source: ModelSource = {
    ...{ kind: 'remote', url, sizeBytes },
    ...(sha256 !== undefined && { sha256 }),
  };
  const from = new URL(url).host;
  const stamp = sha256?.slice(0, 8) ?? stampOf(url);
  const config = describeImported({ runtime, table, facts, fileName, stamp, from, source });
  const listed = registry.find(config.modelId);
  const isListed = listed !== undefined && listed.isUnlisted !== true;
  return { config, isListed, checkedAgainst: sha256 === undefined ? 'none' : 'server', sizeBytes };
}

function usableAddress(written: string, hubEndpoint: string): string {
  const { url, problem } = readFileAddress(written, hubEndpoint);
  if (url === undefined) throw invalid(`The address ${problem}.`);
  const parsed = new URL(url);
  if (isPublicHub(parsed) || addressBelow(parsed, hubEndpoint) !== undefined) {
    throw invalid(
      'The address is the hub’s: name its repository, so that the file is pinned to a commit.',
    );
  }
  if (!/\.gguf$/i.test(parsed.pathname)) throw invalid('The address must end in .gguf.');
  return url;
}

function invalid(reason: string): ModelError {
  return new ModelError('CATALOG_INVALID', { reason });
}

function nameIn(url: string): string {
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    // A percent sign that isn’t escaped.
    return name;
  }
}

/** FNV-1a, which is enough to keep two addresses apart. */
function stampOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
