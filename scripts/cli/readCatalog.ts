/** Reads the catalog that the person named, from a file or an address. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { MAX_CATALOG_BYTES } from '../../lib/ai/registry/catalog';
import { readFileAddress } from '../../lib/ai/registry/fileAddress';
import { askText, type AskTools } from '../../lib/download/answers/askText';
import { failureOf } from '../../lib/download/answers/readAnswer';
import { untilDone, type RetryTools } from '../../lib/download/flow/untilDone';
import { isModelError, toFailure, type ModelError } from '../../lib/errors';
import { decodeText } from '../../lib/platform/shared/decodeText';
import { reasonOf } from '../../lib/platform/node/nodeErrors';
import type { AppEnvironment } from '../../lib/platform/types';
import { localPath } from './localPath';
import { describeInTerminal } from './terminalWords';
import { UsageError } from './usageError';

export interface FoundCatalog {
  text?: string;
  /** Why there is no text, in words. */
  problem?: string;
}

export interface CatalogTools extends AskTools, RetryTools {
  environment: AppEnvironment;
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
    return isAddress ? await fetchCatalog(place, tools) : { text: await readCatalogFile(place) };
  } catch (error) {
    return { problem: `${place}: ${whyNot(error)}` };
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
  const work = async () => {
    const answer = await askText(tools, { url, maxBytes: MAX_CATALOG_BYTES }, signal);
    if (answer.status === 200) return answer;
    throw failureOf({ status: answer.status, url, header: (name) => answer.headers[name] });
  };
  const { text, headers } = await untilDone(tools, { work, onRetry }, signal);
  const isPage = /^text\/html/i.test(headers['content-type'] ?? '') || /^\s*</.test(text);
  return isPage ? { problem: `${place} is a page and no catalog` } : { text };
}

function whyNot(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (!isModelError(error)) return reasonOf(error);
  const { title, detail } = describeInTerminal(toFailure(error));
  return `${title}. ${detail}`;
}
