/**
 * Files from outside of the store that are in it only to be compared. The record beside each says where it came from, so
 * that it gets back there also after a crash.
 */
import { isAbortError, isModelError } from '../../errors';
import { parseJson } from '../../download/plan/plan';
import type { FileStore, ForeignFile, ForeignFiles, Host, Peers } from '../../platform/types';

/** Whoever holds it may change the visitors’ folder. */
export const VISITORS_LOCK = 'adopting';
const FOLDER = '.adopting';
const RECORD_NAME = 'origin.json';
const FILE_NAME = 'file';

export interface VisitorTools {
  files: FileStore;
  foreignFiles: ForeignFiles;
}

/** A visit of one file, for the holder of the lock. */
export function createVisit({ files, foreignFiles }: VisitorTools, { origin }: ForeignFile) {
  let place: string | undefined;
  return {
    async fetch(): Promise<string> {
      place = await freePlace(files);
      // Before the move: without it, nothing would know whose file this is.
      await files.writeText(`${place}/${RECORD_NAME}`, JSON.stringify({ origin }));
      await foreignFiles.moveIn(origin, `${place}/${FILE_NAME}`);
      return `${place}/${FILE_NAME}`;
    },

    /** Only removes the record where the file has been taken. */
    async putBack(): Promise<void> {
      if (place !== undefined) await endVisit({ files, foreignFiles }, place);
      place = undefined;
    },
  };
}

/**
 * Ends the visits that a crash interrupted, for the holder of the lock. A file that can’t be moved now, as to a drive that
 * isn’t connected, stays for the next time.
 */
export async function sendHome(tools: VisitorTools): Promise<void> {
  for (const place of await placesIn(tools.files)) {
    try {
      await endVisit(tools, place);
    } catch (error) {
      if (!isModelError(error)) throw error;
    }
  }
}

/** The same at the start, unless another owner holds the lock: the visits are its own then. */
export async function sendHomeIfPossible(parts: {
  files: FileStore;
  host: Pick<Host, 'foreignFiles'>;
  peers: Pick<Peers, 'withLock'>;
}): Promise<void> {
  const { files, peers } = parts;
  const { foreignFiles } = parts.host;
  if (!foreignFiles) return;
  const giveUp = new AbortController();
  const onWait = () => {
    giveUp.abort();
  };
  try {
    if ((await placesIn(files)).length === 0) return;
    const work = () => sendHome({ files, foreignFiles });
    await peers.withLock(VISITORS_LOCK, work, { onWait, signal: giveUp.signal });
  } catch (error) {
    // A store that can’t be listed now is looked at again by the next start.
    if (!isAbortError(error) && !isModelError(error)) throw error;
  }
}

async function endVisit({ files, foreignFiles }: VisitorTools, place: string): Promise<void> {
  const origin = parseOrigin(await files.readText(`${place}/${RECORD_NAME}`));
  const path = `${place}/${FILE_NAME}`;
  const isThere = (await files.list(place)).some((entry) => entry.path === path);
  // Without its record it has no home. It is kept.
  if (isThere && origin === undefined) return;
  if (isThere && origin !== undefined) await foreignFiles.moveOut(path, origin);
  await files.remove(place);
}

function parseOrigin(text: string | undefined): string | undefined {
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null || !('origin' in record)) return undefined;
  return typeof record.origin === 'string' ? record.origin : undefined;
}

async function placesIn(files: FileStore): Promise<string[]> {
  const entries = await files.list(FOLDER);
  return [...new Set(entries.map(({ path }) => path.split('/').slice(0, 2).join('/')))];
}

async function freePlace(files: FileStore): Promise<string> {
  const taken = await placesIn(files);
  for (let number = 1; ; number += 1) {
    const place = `${FOLDER}/${String(number)}`;
    if (!taken.includes(place)) return place;
  }
}
