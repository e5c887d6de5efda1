/** What the environment and a catalog say, read once, before anything is built. */
import { readFile } from 'node:fs/promises';

import { MAX_CATALOG_BYTES } from '../../lib/ai/catalog';
import { DEFAULT_HUB_ENDPOINT } from '../../lib/ai/loadModels';
import { describeFailure } from '../../lib/components/words';
import { askText, type AskTools } from '../../lib/download/askText';
import { failureOf } from '../../lib/download/readAnswer';
import { untilDone, type RetryTools } from '../../lib/download/untilDone';
import { isModelError, toFailure, type ModelError } from '../../lib/errors';
import { isLoopback } from '../../lib/platform/loopback';
import { localPath } from './localPath';
import { UsageError } from './usageError';

/** The hub in force, without a trailing slash. @throws UsageError */
export function hubEndpoint(value: string | undefined): string {
  if (value === undefined || value === '') return DEFAULT_HUB_ENDPOINT;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (!url || !isSafe) {
    throw new UsageError('HF_ENDPOINT has to be an https address, or http on this computer.');
  }
  return url.origin;
}

export interface CatalogTools extends AskTools, RetryTools {
  /** Hears of each attempt that failed and is made again. */
  warn: (text: string) => void;
}

/**
 * The text of a catalog. One that can't be had is told in words and leaves the registry as it
 * is, as an unreadable one does.
 */
export async function readCatalog(
  place: string | undefined,
  tools: CatalogTools,
): Promise<{ text: string | undefined; problem: string | undefined }> {
  if (place === undefined) return { text: undefined, problem: undefined };
  try {
    const isAddress = /^https?:/i.test(place);
    const text = isAddress
      ? await fetchCatalog(place, tools)
      : await readFile(localPath(place), 'utf8');
    return { text, problem: undefined };
  } catch (error) {
    return { text: undefined, problem: `${place}: ${reasonOf(error)}` };
  }
}

async function fetchCatalog(url: string, tools: CatalogTools): Promise<string> {
  // Whoever interrupts the command now ends the process: nothing has been begun.
  const { signal } = new AbortController();
  const onRetry = (error: ModelError) => {
    tools.warn(`The catalog hasn’t come yet: ${reasonOf(error)}. It is asked for again.`);
  };
  const work = async () => {
    const answer = await askText(tools, { url, maxBytes: MAX_CATALOG_BYTES }, signal);
    if (answer.status === 200) return answer.text;
    throw failureOf({ status: answer.status, url, header: (name) => answer.headers[name] });
  };
  return untilDone(tools, { work, onRetry }, signal);
}

function reasonOf(error: unknown): string {
  if (isModelError(error)) return describeFailure(toFailure(error)).title;
  return error instanceof Error ? error.message : String(error);
}
