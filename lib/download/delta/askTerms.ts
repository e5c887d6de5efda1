/** Asks the hub of which chunks two files consist: the lists of the xet protocol. No chunk is fetched. */
import * as v from 'valibot';

import type { InstalledFile } from '../../ai/modelState';
import { isModelError } from '../../errors';
import { addressBelow, urlOf } from '../../platform/addresses/hubEndpoint';
import type { ServiceToken } from '../../platform/types';
import { askJson } from '../plan/askJson';
import type { PlannedFile } from '../plan/plan';
import { askHub, hubAddress, type HubAccess, type HubAddress } from '../plan/resolveSources';
import type { Term } from './compareTerms';

const MOST_TERMS = 100_000;
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const tokenSchema = v.object({ accessToken: v.string(), casUrl: v.string() });
const listSchema = v.object({
  offset_into_first_range: v.literal(0),
  terms: v.pipe(
    v.array(
      v.object({ hash, range: v.object({ start: count, end: count }), unpacked_length: count }),
    ),
    v.maxLength(MOST_TERMS),
  ),
});

export interface TermLists {
  old: readonly Term[];
  wanted: readonly Term[];
}

/**
 * The terms of an installed file and of the one that is to take its place; undefined where one of them isn't in a hub's
 * store of chunks. A mirror has none, which is a failure.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; AbortError
 */
export async function askTerms(
  access: HubAccess,
  { had, wanted }: { had: InstalledFile; wanted: PlannedFile },
  signal: AbortSignal,
): Promise<TermLists | undefined> {
  const from = addressOf(had, access.hubEndpoint);
  const to = hubAddress(wanted);
  if (!from || !to) return undefined;
  const oldHash = had.xetHash ?? (await askHash(access, at(from, had), signal));
  const newHash = wanted.xetHash ?? (await askHash(access, at(to, wanted), signal));
  if (oldHash === undefined || newHash === undefined) return undefined;
  const old = { address: at(from, had), hash: oldHash, sizeBytes: had.sizeBytes };
  const next = { address: at(to, wanted), hash: newHash, sizeBytes: wanted.sizeBytes ?? 0 };
  const [one, other] = [await askList(access, old, signal), await askList(access, next, signal)];
  return one && other && { old: one, wanted: other };
}

const at = (address: HubAddress, { revision }: { revision?: string }): HubAddress => ({
  ...address,
  ...(revision !== undefined && { revision }),
});

function addressOf({ url = '' }: InstalledFile, hubEndpoint: string): HubAddress | undefined {
  const parsed = urlOf(url);
  const address = parsed && addressBelow(parsed, hubEndpoint);
  return address === undefined ? undefined : hubAddress({ source: { kind: 'remote', address } });
}

async function askHash(
  access: HubAccess,
  { repo, revision, path }: HubAddress,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { files } = await askHub(access, { repo, revision, paths: [path] }, signal);
  return files.get(path)?.xetHash;
}

interface Listed {
  address: HubAddress;
  hash: string;
  sizeBytes: number;
}

async function askList(
  access: HubAccess,
  { address, hash: named, sizeBytes }: Listed,
  signal: AbortSignal,
): Promise<readonly Term[] | undefined> {
  const { repo, revision } = address;
  const url = `${access.hubEndpoint}/api/models/${repo}/xet-read-token/${encodeURIComponent(revision)}`;
  const { accessToken, casUrl } = (await askJson(access, { url, schema: tokenSchema }, signal))
    .value;
  const endpoint = casUrl.replace(/\/+$/, '');
  const token: ServiceToken = { value: accessToken, endpoint };
  const ask = async (version: string) => {
    const question = {
      url: `${endpoint}/${version}/reconstructions/${named}`,
      schema: listSchema,
      token,
    };
    return (await askJson(access, question, signal)).value.terms;
  };
  const terms = await ask('v2').catch((error: unknown) => {
    // Older services know the first version alone, whose terms are the same.
    if (isModelError(error) && error.code.startsWith('HTTP_')) return ask('v1');
    throw error;
  });
  const sum = terms.reduce((total, term) => total + term.unpacked_length, 0);
  if (sum !== sizeBytes) return undefined;
  return terms.map(({ hash: xorb, range, unpacked_length: lengthBytes }) => ({
    ...{ hash: xorb, range, lengthBytes },
  }));
}
