/**
 * Brings what follows a place in a file by transfers of the system's, and puts it in its place in order. One call of
 * the app's among several, in several runs: it goes on with what the system still has, with what came meanwhile, and
 * hands over what is missing, at a fresh address.
 *
 * Each transfer goes to the end of its piece by itself: pieces that the app had to ask for one after the other would
 * end with the first one when the app sleeps. Android gets the rest in one piece, for each transfer has its notification,
 * and a second name holds what it lets go of. iOS lets go of all that it has of a transfer that it can't resume,
 * so that it gets several at once.
 */
import { readAnswer } from '../../download/readAnswer';
import { abortError, isModelError } from '../../errors';
import { findAgreement } from './agreement';
import { follow } from './followPiece';
import {
  answer,
  endOf,
  interrupted,
  isComplete,
  isSameFile,
  isUseful,
  letGo,
  takePart,
  takeWholePieces,
  type HandedFile,
  type Run,
} from './handedRun';
import type { HandOverTools } from './handOver';
import { bytesThatCame, incomingPath, keepMost, keptPath, removePiece, sizeAt } from './incoming';
import { barePath, makeParent } from './nativePaths';
import type { SystemTask } from './systemTasks';

/** The Downloader port's `fetchFile`, for all that follows `offsetBytes`; the contract is the port's. */
export async function bringHandedFile(tools: HandOverTools, handed: HandedFile): Promise<void> {
  const { request, signal } = handed;
  if (signal.aborted) throw abortError();
  const found = (await tools.tasks.find()).filter(({ about }) => about.path === request.path);
  const expectedBytes = found.find(({ about }) => isSameFile(request, about))?.about.expectedBytes;
  const run: Run = {
    ...tools,
    ...handed,
    totalBytes: request.expectedBytes ?? expectedBytes ?? undefined,
    positionBytes: request.offsetBytes,
    directUrl: undefined,
    isAnswered: false,
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
    (task, at) => isUseful(run, task) && found.findIndex(begins(task)) === at,
  );
  // Nothing is awaited before all are listened to, so that no end is missed: one that came before
  // has left its file.
  if (useful.length > 0) answer(run, run.request.url);
  for (const task of useful) follow(run, task);
  for (const task of found) if (!useful.includes(task)) await letGo(run, task);
  await takeWholePieces(run);
  if (!useful.some(({ about }) => about.startBytes === run.positionBytes)) await salvage(run);
  if (!isComplete(run)) await beginMissing(run);
  await Promise.all(run.followers);
  if (!isComplete(run)) throw interrupted(run);
}

function begins({ about: { startBytes } }: SystemTask) {
  return ({ about }: SystemTask) => about.startBytes === startBytes;
}

/** Takes in what is right of a piece that nobody brings any more, and asks the server what that is. */
async function salvage(run: Run): Promise<void> {
  const { request, modelFiles, web, signal } = run;
  const piece = { path: request.path, startBytes: run.positionBytes };
  const endBytes = endOf(run, piece.startBytes);
  const bytes = bytesThatCame(piece) ?? 0;
  // iOS gives a file when all of it is there: another one is of no piece of ours.
  if (bytes === 0 || endBytes === undefined || run.system === 'ios') {
    await removePiece(modelFiles, piece);
    return;
  }
  await keepMost(modelFiles, piece);
  const came = {
    path: keptPath(piece),
    sizeBytes: Math.min(bytes, endBytes - piece.startBytes),
  };
  try {
    const asked = { ...request, offsetBytes: piece.startBytes };
    const { sizeBytes, directUrl } = await findAgreement(web, { request: asked, came }, signal);
    run.directUrl = directUrl;
    answer(run, directUrl);
    if (sizeBytes > 0) await takePart(run, sizeBytes);
  } catch (error) {
    // A server that gives no part of a file has to send all of it again.
    if (!isModelError(error) || error.code !== 'RANGE_INVALID') throw error;
  }
  await removePiece(modelFiles, piece);
}

/** Hands over all that is neither here nor on its way. */
async function beginMissing(run: Run): Promise<void> {
  if (findMissing(run).length === 0) return;
  const directUrl = run.directUrl ?? (await askForPlace(run));
  answer(run, directUrl);
  for (const startBytes of findMissing(run)) follow(run, createTask(run, startBytes, directUrl));
}

function findMissing(run: Run): number[] {
  const missing: number[] = [];
  let startBytes: number | undefined = run.positionBytes;
  while (startBytes !== undefined) {
    const endBytes = endOf(run, startBytes);
    const here = sizeAt(incomingPath({ path: run.request.path, startBytes }));
    // A whole piece waits for those before it.
    if (here !== undefined && here + startBytes === endBytes) run.received.set(startBytes, here);
    if (!run.received.has(startBytes)) missing.push(startBytes);
    startBytes = endBytes === run.totalBytes ? undefined : endBytes;
  }
  return missing;
}

function createTask(run: Run, startBytes: number, directUrl: string): SystemTask {
  const { path, url } = run.request;
  const about = {
    ...{ path, url, startBytes, endBytes: endOf(run, startBytes) ?? null },
    expectedBytes: run.totalBytes ?? null,
    isKeptToWifi: run.wifi.isKeptToWifi(),
    // The model's folder.
    notificationTitle: path.split('/').at(-2) ?? path,
  };
  const destination = barePath(incomingPath(about));
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
    run.longestPieceBytes = Infinity;
  }
  run.directUrl = head.url;
  return head.url;
}
