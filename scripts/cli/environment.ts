/** What the environment and a catalog say, read once, before anything is built. */
import { readFile } from 'node:fs/promises';

import { MAX_CATALOG_BYTES } from '../../lib/ai/catalog';
import { DEFAULT_HUB_ENDPOINT } from '../../lib/ai/loadModels';
import type { Downloader } from '../../lib/platform/types';
import { localPath } from './localPath';
import { UsageError } from './usageError';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The hub in force, without a trailing slash. @throws UsageError */
export function hubEndpoint(value: string | undefined): string {
  if (value === undefined || value === '') return DEFAULT_HUB_ENDPOINT;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!url || !isSafe) {
    throw new UsageError('HF_ENDPOINT has to be an https address, or http on this computer.');
  }
  return url.origin;
}

/**
 * The text of a catalog. One that can't be had is told in words and leaves the registry as it
 * is, as an unreadable one does.
 */
export async function readCatalog(
  place: string | undefined,
  downloader: Pick<Downloader, 'fetchText'>,
): Promise<{ text: string | undefined; problem: string | undefined }> {
  if (place === undefined) return { text: undefined, problem: undefined };
  try {
    if (!/^https?:/i.test(place)) {
      return { text: await readFile(localPath(place), 'utf8'), problem: undefined };
    }
    const answer = await downloader.fetchText({ url: place, maxBytes: MAX_CATALOG_BYTES });
    if (answer.status === 200) return { text: answer.text, problem: undefined };
    return { text: undefined, problem: `${place} answered ${String(answer.status)}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { text: undefined, problem: `${place}: ${reason}` };
  }
}
