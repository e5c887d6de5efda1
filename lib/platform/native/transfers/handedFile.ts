/**
 * Fetches all bytes after a position in a file through the system's transfers, and adds them to the file in order.
 * Several calls, also in several runs of the app, may be needed: each call continues the system's transfers, takes
 * pieces that arrived meanwhile, and hands over missing ranges, with a fresh address.
 *
 * Each piece is one transfer, which the system completes by itself. If the app had to request the pieces one by one,
 * only the first would arrive while the app sleeps. Android gets the rest of the file as one piece, because each
 * transfer has a notification. iOS gets several pieces at once, because it drops all bytes of a transfer that it
 * can't resume.
 */
import { readAnswer } from '../../../download/answers/readAnswer';
import { abortError, isModelError } from '../../../errors';
import { findAgreement, type Came } from './agreement';
import { follow } from './followPiece';
import {
  advance,
  answer,
  forget,
  interrupted,
  isComplete,
  isSameFile,
  isSamePiece,
  isUseful,
  endTask,
  takePiece,
  takeWholePieces,
  type HandedFile,
  type Run,
} from './handedRun';
import type { HandOverTools } from './handOverTools';
import {
  bytesThatCame,
  cutOff,
  incomingPath,
  isWhole,
  keepMost,
  keptPath,
  listPieces,
  removePiece,
  sizeAt,
  type Piece,
} from './incoming';
import { barePath, makeParent } from '../files/nativePaths';
import type { SystemTask } from './systemTasks';

/**
 * Implements `fetchFile` of the Downloader port, for all bytes from `offsetBytes` on; see the port for the contract.
 */
export async function bringHandedFile(tools: HandOverTools, handed: HandedFile): Promise<void> {
  const { request, signal } = handed;
  if (signal.aborted) throw abortError();
  const beside = (await listPieces(tools.modelFiles)).filter(({ path }) => path === request.path);
  const found = (await tools.tasks.find()).filter(({ about }) => about.path === request.path);
  const expectedBytes = found.find(({ about }) => isSameFile(request, about))?.about.expectedBytes;
  const run: Run = {
    ...tools,
    ...handed,
    totalBytes: request.expectedBytes ?? expectedBytes ?? undefined,
    positionBytes: request.offsetBytes,
    directUrl: undefined,
    isAnswered: false,
    pieces: beside.map(({ startBytes, endBytes }) => ({
      path: request.path,
      startBytes,
      endBytes,
    })),
    received: new Map(),
    takingIn: Promise.resolve(),
    leaving: new AbortController(),
    followers: [],
  };
  try {
    await bring(run, found);
  } catch (error) {
    if (!run.signal.aborted) run.leaving.abort();
    await Promise.allSettled(run.followers);
    await run.takingIn;
    throw error;
  }
}

async function bring(run: Run, found: readonly SystemTask[]): Promise<void> {
  const useful = found.filter(
    (task, at) => isUseful(run, task) && found.findIndex(isOf(task.about)) === at,
  );
  // All tasks are listened to before the first `await`, so that no end is missed. A task that ended earlier
  // has left its file.
  if (useful.length > 0) answer(run);
  for (const task of useful) follow(run, task);
  for (const task of found) if (!useful.includes(task)) await endTask(run, task);
  await takeUncounted(run);
  await takeWholePieces(run);
  for (const piece of run.pieces) if (!useful.some(isOf(piece))) await salvage(run, piece);
  if (!isComplete(run)) await beginMissing(run);
  await Promise.all(run.followers);
  if (!isComplete(run)) throw interrupted(run);
}

function isOf(piece: Piece) {
  return ({ about }: SystemTask) => isSamePiece(about, piece);
}

/** Counts bytes that an earlier call added to the file without counting them before it ended. */
async function takeUncounted(run: Run): Promise<void> {
  const { request, positionBytes, totalBytes, pieces } = run;
  // If a piece exists for this position, these bytes are the part of it that was added before the app ended.
  const isPieceHere = pieces.some(({ startBytes }) => startBytes === positionBytes);
  const mayBeJudged = totalBytes !== undefined && request.versions === undefined;
  if (isPieceHere || !mayBeJudged) return;
  const starts = pieces
    .map(({ startBytes }) => startBytes)
    .filter((start) => start > positionBytes);
  const endBytes = Math.min(sizeAt(request.path) ?? 0, totalBytes, ...starts);
  const sizeBytes = endBytes - positionBytes;
  if (sizeBytes <= 0) return;
  const right = await findRight(run, { path: request.path, atBytes: positionBytes, sizeBytes });
  if (right === 0) return;
  answer(run);
  await cutOff(run.modelFiles, request.path, positionBytes + right);
  advance(run, right);
}

/**
 * Adds the correct part of a piece that is no longer being transferred; compares it with the server's bytes for this.
 */
async function salvage(run: Run, piece: Piece): Promise<void> {
  const bytes = bytesThatCame(piece) ?? 0;
  // A complete piece waits for the pieces before it. On iOS, each file that exists is complete.
  if (isWhole(piece) && piece.startBytes > run.positionBytes) return;
  const isNext = piece.startBytes === run.positionBytes && piece.endBytes !== null;
  if (isNext && bytes > 0 && run.system === 'android') {
    await keepMost(run.modelFiles, piece);
    const sizeBytes = Math.min(bytes, (piece.endBytes ?? 0) - piece.startBytes);
    const right = await findRight(run, { path: keptPath(piece), atBytes: 0, sizeBytes });
    if (right > 0) {
      await takePiece(run, piece, right);
      return;
    }
  }
  await removePiece(run.modelFiles, piece);
  forget(run, piece);
}

/** How many of the bytes that were received for the file's current position are the same as the server's. */
async function findRight(run: Run, came: Came): Promise<number> {
  const asked = { ...run.request, offsetBytes: run.positionBytes };
  try {
    const found = await findAgreement(run.web, { request: asked, came }, run.signal);
    run.directUrl = found.directUrl;
    return found.sizeBytes;
  } catch (error) {
    // A server that doesn't serve ranges has to send the whole file again.
    if (isModelError(error) && error.code === 'RANGE_INVALID') return 0;
    throw error;
  }
}

/** Hands over all ranges that are neither here nor being transferred. */
async function beginMissing(run: Run): Promise<void> {
  if (findMissing(run).length === 0) return;
  const directUrl = run.directUrl ?? (await askForPlace(run));
  answer(run);
  for (const piece of findMissing(run)) follow(run, createTask(run, piece, directUrl));
}

function findMissing(run: Run): Piece[] {
  const { request, totalBytes, longestPieceBytes } = run;
  const missing: Piece[] = [];
  const pieces = [...run.pieces].sort((one, other) => one.startBytes - other.startBytes);
  let startBytes = run.positionBytes;
  const fill = (untilBytes: number) => {
    while (startBytes < untilBytes) {
      const endBytes = Math.min(untilBytes, startBytes + longestPieceBytes);
      missing.push({ path: request.path, startBytes, endBytes });
      startBytes = endBytes;
    }
  };
  for (const piece of pieces) {
    fill(piece.startBytes);
    startBytes = piece.endBytes ?? Infinity;
  }
  if (totalBytes !== undefined) fill(totalBytes);
  else if (startBytes !== Infinity)
    missing.push({ path: request.path, startBytes, endBytes: null });
  return missing;
}

function createTask(run: Run, piece: Piece, directUrl: string): SystemTask {
  const about = {
    ...piece,
    url: run.request.url,
    expectedBytes: run.totalBytes ?? null,
    isKeptToWifi: run.wifi.isKeptToWifi(),
    // The name of the model's folder.
    notificationTitle: piece.path.split('/').at(-2) ?? piece.path,
  };
  const destination = barePath(incomingPath(piece));
  makeParent(destination);
  return run.tasks.create({ about, directUrl, destination });
}

/**
 * Requests the first missing byte by the app itself. This detects a missing file, a page in its place, and a
 * different size. It also keeps the sign-in at the hub's own origin.
 */
async function askForPlace(run: Run): Promise<string> {
  const { request, web, signal } = run;
  const offsetBytes = run.positionBytes;
  const range = `bytes=${String(offsetBytes)}-${String(offsetBytes)}`;
  const asked = { url: request.url, headers: { Accept: '*/*', Range: range } };
  const { head, discard } = await web.ask(asked, signal);
  discard();
  const acceptsWhole = request.acceptsWhole && !run.isAnswered;
  const one = { ...request, offsetBytes, endBytes: offsetBytes + 1, acceptsWhole };
  const meaning = readAnswer(one, head);
  run.totalBytes ??= meaning.totalBytes;
  if (head.status === 200) {
    // A server that doesn't support ranges sends the whole file, which overwrites the bytes here.
    run.positionBytes = 0;
    run.pieces = [];
    run.longestPieceBytes = Infinity;
  }
  run.directUrl = head.url;
  return head.url;
}
