/** Reads the root that signs catalogs, before anything is built. */
import { readFile } from 'node:fs/promises';
import { trustedRoot } from '../../lib/ai/catalogs/signedRoot';
import { StartProblem } from './startOptions';

/** The text; undefined for no file. @throws StartProblem for a file that is no root */
export async function readRootFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new StartProblem(`The root ${file} can't be read.`, 1, { cause });
  }
  if (trustedRoot(text)) return text;
  throw new StartProblem(`${file} is no root that its own keys have signed.`, 1);
}
