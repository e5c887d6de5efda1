/** Asks the hub of which chunks two files consist: the lists of the xet protocol. No chunk is fetched. */
import * as v from 'valibot';

import type { InstalledFile } from '../../ai/modelState';
import { isModelError } from '../../errors';
import { addressBelow, urlOf } from '../../platform/addresses/hubEndpoint';
import type { ServiceToken, StoredRange } from '../../platform/types';
import { askJson } from '../plan/askJson';
import type { PlannedFile } from '../plan/plan';
import { askHub, hubAddress, type HubAccess, type HubAddress } from '../plan/resolveSources';
import type { Term } from './compareTerms';
import type { AskChunk } from './locateChunks';

const MOST_TERMS = 100_000;
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const tokenSchema = v.object({ accessToken: v.string(), casUrl: v.string() });
const listSchema = v.object({
  offset_into_first_range: count,
  terms: v.pipe(
    v.array(
      v.object({ hash, range: v.object({ start: count, end: count }), unpacked_length: count }),
    ),
    v.maxLength(MOST_TERMS),
  ),
});

export interface FoundTerms {
  old: readonly Term[];
  wanted: readonly Term[];
  /** Asks about the old file. @throws as `askTerms` */
  askChunk: AskChunk;
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
): Promise<FoundTerms | undefined> {
  const from = addressOf(had, access.hubEndpoint);
  const to = hubAddress(wanted);
  if (!from || !to) return undefined;
  const oldHash = had.xetHash ?? (await askHash(access, at(from, had), signal));
  const newHash = wanted.xetHash ?? (await askHash(access, at(to, wanted), signal));
  if (oldHash === undefined || newHash === undefined) return undefined;
  const old = await askFile(access, { address: at(from, had), hash: oldHash }, signal);
  const next = await askFile(access, { address: at(to, wanted), hash: newHash }, signal);
  const isWhole = sum(old.terms) === had.sizeBytes && sum(next.terms) === wanted.sizeBytes;
  return isWhole ? { old: old.terms, wanted: next.terms, askChunk: old.askChunk } : undefined;
}

const sum = (terms: readonly Term[]) =>
  terms.reduce((total, { lengthBytes }) => total + lengthBytes, 0);

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

async function askFile(
  access: HubAccess,
  { address, hash: named }: { address: HubAddress; hash: string },
  signal: AbortSignal,
): Promise<{ terms: Term[]; askChunk: AskChunk }> {
  const { repo, revision } = address;
  const { hubEndpoint } = access;
  const url = `${hubEndpoint}/api/models/${repo}/xet-read-token/${encodeURIComponent(revision)}`;
  const answer = await askJson(access, { url, schema: tokenSchema }, signal);
  const endpoint = answer.value.casUrl.replace(/\/+$/, '');
  const token: ServiceToken = { value: answer.value.accessToken, endpoint };
  let version = 'v2';
  const ask = async (about?: StoredRange) => {
    const file = `${endpoint}/${version}/reconstructions/${named}`;
    const question = { url: file, schema: listSchema, token, ...(about && { about }) };
    return (await askJson(access, question, signal)).value;
  };
  const list = await ask().catch((error: unknown) => {
    // Older services know the first version alone, whose terms are the same.
    if (!isModelError(error) || !error.code.startsWith('HTTP_')) throw error;
    version = 'v1';
    return ask();
  });
  return {
    terms: list.terms.map(({ hash: xorb, range, unpacked_length: lengthBytes }) => ({
      ...{ hash: xorb, range, lengthBytes },
    })),
    async askChunk(atBytes) {
      const found = await ask({ startBytes: atBytes, endBytes: atBytes + 1 });
      const [term, ...more] = found.terms;
      // One chunk has the byte: a list of several is about something else.
      if (!term || more.length > 0 || term.range.end !== term.range.start + 1) return undefined;
      const startBytes = atBytes - found.offset_into_first_range;
      const { hash: xorb, range, unpacked_length: lengthBytes } = term;
      return { hash: xorb, index: range.start, startBytes, lengthBytes };
    },
  };
}
