/** Asks the hub what its malware scanners found in files. */
import * as v from 'valibot';

import type { Repository } from './askRepository';
import { askHub, type HubTools } from './hubTools';

/** The hub's own words for the result of all its scanners together. */
const STATUSES = [
  ...(['safe', 'unscanned', 'queued', 'error'] as const),
  ...(['caution', 'suspicious', 'unsafe'] as const),
] as const;
/** `unknown`: the hub said nothing about the file, or a word that this version doesn't know. */
export type ScanStatus = (typeof STATUSES)[number] | 'unknown';

/** Whether a scanner found something that a person should know before the download. */
export function isSuspect(status: ScanStatus): boolean {
  return ['caution', 'suspicious', 'unsafe'].includes(status);
}

/** More than any repository has builds; the hub reads the scans of each path by itself. */
const MOST_PATHS = 100;

const scannedSchema = v.object({
  path: v.string(),
  securityFileStatus: v.fallback(
    v.object({ status: v.fallback(v.picklist([...STATUSES, 'unknown']), 'unknown') }),
    { status: 'unknown' },
  ),
});

/**
 * By path; of more than a hundred paths, the first hundred. One request.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; AbortError
 */
export async function askScans(
  tools: HubTools,
  {
    repository: { name, commit },
    paths,
  }: { repository: Pick<Repository, 'name' | 'commit'>; paths: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ScanStatus>> {
  const asked = paths.slice(0, MOST_PATHS);
  if (asked.length === 0) return new Map();
  const url = `${tools.hubEndpoint}/api/models/${name}/paths-info/${commit}`;
  const question = { url, schema: v.array(v.unknown()), json: { paths: asked, expand: true } };
  const { value } = await askHub(tools, question, signal);
  const scans = new Map<string, ScanStatus>(asked.map((path) => [path, 'unknown']));
  for (const entry of value) {
    const parsed = v.safeParse(scannedSchema, entry);
    if (!parsed.success || !scans.has(parsed.output.path)) continue;
    scans.set(parsed.output.path, parsed.output.securityFileStatus.status);
  }
  return scans;
}
