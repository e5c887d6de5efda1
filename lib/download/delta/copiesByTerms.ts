/** What a newer file of the hub has in common with the installed one, by the hub's lists of chunks: no file is read. */
import type { InstalledFile } from '../../ai/modelState';
import type { PlannedFile } from '../plan/plan';
import type { HubAccess } from '../plan/resolveSources';
import { askTerms } from './askTerms';
import { copyOf, pairUp } from './compareTerms';
import type { Copy } from './copies';
import { locateChunks } from './locateChunks';

export interface TermsQuestion {
  wanted: PlannedFile;
  /** The folder of the installed version, and its files by the manifest. */
  folder: string;
  installed: readonly InstalledFile[];
}

/** Empty where the hub has no such lists of one of the two files. @throws ModelError as `askTerms`; AbortError */
export async function copiesByTerms(
  access: HubAccess,
  { wanted, folder, installed }: TermsQuestion,
  signal: AbortSignal,
): Promise<Copy[]> {
  const had =
    installed.find(({ fileName }) => fileName === wanted.fileName) ??
    installed.find(({ role }) => role === wanted.role);
  const found = had && (await askTerms(access, { had, wanted }, signal));
  if (!found) return [];
  const pairs = pairUp(found.old, found.wanted);
  await locateChunks(pairs, found.askChunk);
  const from = `${folder}/${had.fileName}`;
  return pairs.flatMap((pair) => {
    const copy = copyOf(pair);
    return copy ? [{ from, ...copy }] : [];
  });
}
