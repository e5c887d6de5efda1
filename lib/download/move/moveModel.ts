/**
 * Moves a model to another volume. Its files are copied and read back first; then one write of the record of homes makes
 * the copies the model's files; then the files that it had before are removed. A death before that write leaves the model
 * where it was, and a death after it where it is now; the next start removes what is left over.
 */
import { isPlaceMissing } from '../../errors';
import { MOVING, STORE } from '../../platform/shared/homes';
import { makeRoomFor } from '../preparePlan';
import { refuseLink } from '../store/refuseLink';
import type { Space } from '../store/space';
import { readHomes } from '../store/volumes';
import { changeHome, type HomeTools } from './changeHome';
import {
  copyModel,
  findMoving,
  missingBytes,
  removeThere,
  type CopyTools,
  type OnCopied,
} from './copyModel';

export interface MoveTools extends CopyTools, HomeTools {
  space: Space;
}

export interface Move {
  folder: string;
  /** The id of the place; `STORE` for the store itself. */
  to: string;
  onCopied: OnCopied;
  /** Runs the write that changes the home, once or more. No model of that folder may be in memory while it runs. */
  whileUnused: (change: () => Promise<void>) => Promise<void>;
}

/**
 * The caller holds all locks of the model. Does nothing where the model is there already.
 * @throws ModelError PLACE_MISSING, NO_SPACE, FOLDER_LINKED, DISK_IO; HASH_MISMATCH where the model is damaged; AbortError.
 * The model is where it was then, and what was copied stays for the next call.
 */
export async function moveModel(tools: MoveTools, move: Move, signal: AbortSignal): Promise<void> {
  const { files, space } = tools;
  const { folder, to } = move;
  await finishMove(tools, folder);
  await refuseLink(files, folder);
  const { at, to: begun } = (await readHomes(files))[folder] ?? { at: STORE };
  if (begun !== undefined && begun !== to) await cancelMove(tools, folder);
  if (at === to) return cancelMove(tools, folder);
  await changeHome(tools, folder, (home) => ({ ...home, to }));
  const there = `${MOVING}/${folder}`;
  // Rejects where the place isn't connected.
  await files.list(there);
  const missing = missingBytes(await findMoving(files, folder));
  const othersBytes = await space.othersBytes({ id: '', folder: there });
  await makeRoomFor(space, { folder: there, missingBytes: missing, othersBytes });
  await copyModel(tools, move, signal);
  await move.whileUnused(() =>
    changeHome(tools, folder, (home) => (home.at === to ? home : { at: to, from: home.at })),
  );
  await finishMove(tools, folder);
}

/**
 * Removes the files that a moved model had before. Idempotent; the caller holds the locks of the model.
 * @throws ModelError PLACE_MISSING where these can't be reached now, DISK_IO
 */
export function finishMove(tools: ClearTools, folder: string): Promise<void> {
  return clearOther(tools, folder, 'from');
}

/** Removes what a move has copied, if it has. The model stays where it is. @throws as `finishMove` */
export function cancelMove(tools: ClearTools, folder: string): Promise<void> {
  return clearOther(tools, folder, 'to');
}

/** As `cancelMove`, for a model that is removed: where the copies can't be reached now, they stay. @throws ModelError DISK_IO */
export async function forgetMove(tools: ClearTools, folder: string): Promise<void> {
  await cancelMove(tools, folder).catch((error: unknown) => {
    if (!isPlaceMissing(error)) throw error;
  });
}

/** For a model of which nothing is left: its next download comes into the store. A move that isn't over stays on record. */
export function goHome(tools: ClearTools, folder: string): Promise<void> {
  return changeHome(tools, folder, (home) =>
    home.to === undefined && home.from === undefined ? { at: STORE } : home,
  );
}

type ClearTools = Pick<MoveTools, 'files' | 'peers'>;

async function clearOther(tools: ClearTools, folder: string, other: 'from' | 'to'): Promise<void> {
  const { files } = tools;
  if ((await readHomes(files))[folder]?.[other] === undefined) return;
  await removeThere(files, folder);
  await changeHome(tools, folder, ({ at }) => ({ at }));
}
