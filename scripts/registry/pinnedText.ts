/** Writes the module with the facts of files that the registry doesn't state. Pure. */
import { format } from 'prettier';

import type { FileFacts } from './askHubFacts';

const HEAD = `/**
 * Sizes and digests of the registry's files that the registry itself doesn't state, by their addresses. Written by
 * \`pnpm registry:pin\` from what the hub states; \`pnpm registry:check\` compares it with the hub again.
 */
export const PINNED_FILES: Readonly<Record<string, { sizeBytes: number; sha256: string }>> = `;

export interface Pin extends FileFacts {
  url: string;
}

/** Files whose size or digest the hub doesn't state are left out. */
export function pinnedText(pins: readonly Pin[]): Promise<string> {
  const whole = pins.filter(({ sizeBytes, sha256 }) => sizeBytes !== undefined && sha256);
  const entries = whole.map(({ url, sizeBytes, sha256 }) => [url, { sizeBytes, sha256 }] as const);
  const sorted = Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  return format(`${HEAD}${JSON.stringify(sorted)};`, {
    ...{ parser: 'typescript', singleQuote: true, printWidth: 100 },
  });
}
