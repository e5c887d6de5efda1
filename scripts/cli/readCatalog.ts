/** Reads the catalog that the person named, from a file or an address. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { fetchCatalog as fetchTexts } from '../../lib/ai/catalogs/catalogFollower';
import { signaturePlace } from '../../lib/ai/catalogs/signaturePlace';
import { readFileAddress } from '../../lib/ai/registry/fileAddress';
import type { AskTools } from '../../lib/download/answers/askText';
import { failureOf } from '../../lib/download/answers/readAnswer';
import { untilDone, type RetryTools } from '../../lib/download/flow/untilDone';
import { isModelError, toFailure, type ModelError } from '../../lib/errors';
import { decodeText } from '../../lib/platform/shared/decodeText';
import { reasonOf, systemCode } from '../../lib/platform/node/nodeErrors';
import type { AppEnvironment } from '../../lib/platform/types';
import { localPath } from './localPath';
import { describeInTerminal } from './terminalWords';
import { UsageError } from './usageError';

export interface FoundCatalog {
  text?: string;
  /** The text of its signature, where one lies beside it and was asked for; it may be there without a catalog. */
  signature?: string | undefined;
  /** Why there is no text, in words. */
  problem?: string;
}

export interface CatalogTools extends AskTools, RetryTools {
  environment: AppEnvironment;
  /** Whether its signature is read, too. */
  wantsSignature?: boolean;
  /** Called for each failed attempt that is repeated. */
  warn: (text: string) => void;
}

/** A catalog that can't be fetched is reported in words and doesn't change the registry, like an unreadable catalog. */
export async function readCatalog(
  place: string | undefined,
  tools: CatalogTools,
): Promise<FoundCatalog> {
  if (place === undefined) return {};
  try {
    const isAddress = /^https?:/i.test(place.trim());
    return isAddress ? await fetchCatalog(place, tools) : await readFiles(place, tools);
  } catch (error) {
    return { problem: `${place}: ${whyNot(error)}` };
  }
}

async function readFiles(
  place: string,
  { wantsSignature = false }: CatalogTools,
): Promise<FoundCatalog> {
  const signature = wantsSignature ? await readIfThere(signaturePlace(place)) : undefined;
  try {
    return { text: await readCatalogFile(place), signature };
  } catch (error) {
    return { problem: `${place}: ${whyNot(error)}`, signature };
  }
}

async function readIfThere(place: string): Promise<string | undefined> {
  try {
    return await readCatalogFile(place);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The text of a catalog on this computer: a path, or a `file:` URI. Rejects with Node's error. */
export async function readCatalogFile(place: string): Promise<string> {
  const path = /^file:/i.test(place) ? fileURLToPath(place) : localPath(place);
  return decodeText(await readFile(path));
}

async function fetchCatalog(place: string, tools: CatalogTools): Promise<FoundCatalog> {
  const { url, problem } = readFileAddress(place, tools.environment.hubEndpoint);
  if (url === undefined) return { problem: `${place} ${problem}` };
  // Never aborted: an interruption now simply ends the process, because nothing has been begun.
  const { signal } = new AbortController();
  const onRetry = (error: ModelError) => {
    tools.warn(`The catalog hasn’t come yet: ${whyNot(error)} It is asked for again.`);
  };
  let signature: string | undefined;
  const work = async () => {
    const { wantsSignature = false } = tools;
    const found = await fetchTexts(tools, { url, wantsSignature }, signal);
    ({ signature } = found);
    if ('failure' in found) throw found.failure;
    if (found.text !== undefined) return found.text;
    throw failureOf({ status: 404, url, header: () => undefined });
  };
  try {
    const text = await untilDone(tools, { work, onRetry }, signal);
    return /^\s*</.test(text)
      ? { problem: `${place} is a page and no catalog`, signature }
      : { text, signature };
  } catch (error) {
    return { problem: `${place}: ${whyNot(error)}`, signature };
  }
}

function whyNot(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (!isModelError(error)) return reasonOf(error);
  const { title, detail } = describeInTerminal(toFailure(error));
  return `${title}. ${detail}`;
}
