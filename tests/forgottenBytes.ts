import { readFile } from 'node:fs/promises';
import { journalPath } from '../lib/download/journal/journal';
import { parseJournal } from '../lib/download/journal/journalText';

/** Bytes that were written into an unfinished file and that its journal doesn't know of: the file is zeros where nothing was. */
export async function forgottenBytes(partPath: string): Promise<number> {
  const bytes = await readFile(partPath);
  const journal = parseJournal(await readFile(journalPath(partPath), 'utf8'));
  for (const { startBytes, endBytes } of journal?.written ?? []) {
    bytes.fill(0, startBytes, endBytes);
  }
  return bytes.filter((byte) => byte !== 0).byteLength;
}
