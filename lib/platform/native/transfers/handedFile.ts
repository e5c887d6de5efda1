/**
 * Brings what follows a place in a file by transfers of the system's, and puts it in its place in order. One call of
 * the app's among several, in several runs: it goes on with what the system still has, with what came meanwhile, and
 * hands over what is missing, at a fresh address.
 *
 * Each transfer goes to the end of its piece by itself: pieces that the app had to ask for one after the other would
 * end with the first one when the app sleeps. Android gets the rest in one piece, for each transfer has its notification.
 * iOS lets go of all that it has of a transfer that it can't resume, so that it gets several at once.
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

/** The Downloader port's `fetchFile`, for all that follows `offsetBytes`; the contract is the port's. */
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
  // Nothing is awaited before all are listened to, so that no end is missed: one that came before
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

/** Counts bytes that an earlier call put in their place and that nobody had counted when it ended. */
async function takeUncounted(run: Run): Promise<void> {
  const { request, positionBytes, totalBytes, pieces } = run;
  // Where a piece lies beside its place, they are the part of it that was added before the app ended.
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

/** Takes in what is right of a piece that nobody brings any more, and asks the server what that is. */
async function salvage(run: Run, piece: Piece): Promise<void> {
  const bytes = bytesThatCame(piece) ?? 0;
  // What is whole waits for what comes before it. iOS gives a file when all of it is there.
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

/** How many bytes of what came for the place that the file has come to are the server's. */
async function findRight(run: Run, came: Came): Promise<number> {
  const asked = { ...run.request, offsetBytes: run.positionBytes };
  try {
    const found = await findAgreement(run.web, { request: asked, came }, run.signal);
    run.directUrl = found.directUrl;
    return found.sizeBytes;
  } catch (error) {
    // A server that gives no part of a file has to send all of it again.
    if (isModelError(error) && error.code === 'RANGE_INVALID') return 0;
    throw error;
  }
}

/** Hands over all that is neither here nor on its way. */
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
    // The model's folder.
    notificationTitle: piece.path.split('/').at(-2) ?? piece.path,
  };
  const destination = barePath(incomingPath(piece));
  makeParent(destination);
  return run.tasks.create({ about, directUrl, destination });
}

/**
 * Asks for the first byte that is missing, as the app itself: a file that isn't there, a page in its place and
 * another size show here, and the sign-in stays with the hub's own origin.
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
    // A server that knows no ranges brings all of it, over what is here.
    run.positionBytes = 0;
    run.pieces = [];
    run.longestPieceBytes = Infinity;
  }
  run.directUrl = head.url;
  return head.url;
}
