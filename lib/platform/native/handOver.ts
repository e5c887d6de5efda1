/**
 * Has the system bring a whole file: the transfer goes on while the app sleeps or is gone, and is
 * found again. Whether what came are the right bytes, the core finds out.
 *
 * What a failure costs: Android leaves what had come, from the first byte on, and that is kept; iOS
 * tries for a day by itself, and when it gives up, or is told to by a force-quit, gives nothing.
 */
import type { ModelFilesModule } from '../../../modules/model-files';
import { readAnswer } from '../../download/readAnswer';
import { abortError, ModelError } from '../../errors';
import type { FileEvents, FileRequest, Underway } from '../types';
import { followTask, type Following } from './followTask';
import {
  incomingPath,
  isWhole,
  placeOfIncoming,
  salvage,
  sizeAt,
  takeIn,
  type Incoming,
} from './incoming';
import { freeBytesNow } from './nativeErrors';
import type { NativeNetwork } from './nativeNetwork';
import { barePath, makeParent } from './nativePaths';
import type { NativeWeb } from './nativeWeb';
import type { SystemTask, SystemTasks } from './systemTasks';
import { failureOfTask } from './taskFailures';

export interface HandOverTools {
  tasks: SystemTasks;
  web: NativeWeb;
  modelFiles: ModelFilesModule;
  network: NativeNetwork;
  system: 'ios' | 'android';
}

export interface HandOver {
  /** Whether a request is one that the system can serve: nothing of the file is here yet, and it can't mix versions. */
  canTake(request: FileRequest): boolean;
  /** The Downloader port's `fetchFile`, for all of a file; the contract is the port's. */
  fetch(request: FileRequest, events: FileEvents, signal: AbortSignal): Promise<void>;
  /**
   * From now on. Android holds back by itself what is begun after this, also while the app is gone; what
   * iOS brings is paused and resumed while the app runs: its one rule for all transfers can't be changed
   * without losing those that run.
   */
  keepToWifi(isKept: boolean): void;
  underway(): Promise<readonly Underway[]>;
  /** Ends what would write at or below a path. */
  endBelow(path: string): Promise<void>;
}

interface Shared extends HandOverTools {
  isKeptToWifi: boolean;
  /** Of whoever follows a transfer now. */
  listeners: Set<() => void>;
}

export function createHandOver(tools: HandOverTools): HandOver {
  const shared: Shared = {
    ...tools,
    isKeptToWifi: false,
    listeners: new Set(),
  };
  const { tasks, modelFiles } = tools;
  return {
    canTake({ path, offsetBytes, versions }) {
      // Android goes on with what it has, whether or not the file is still the one that it began.
      const mayBeMixed = tools.system === 'android' && versions !== undefined;
      return offsetBytes === 0 && !mayBeMixed && sizeAt(path) === undefined;
    },

    fetch: (request, events, signal) => fetchWhole(shared, { request, events, signal }),

    keepToWifi(isKept) {
      shared.isKeptToWifi = isKept;
      for (const listener of [...shared.listeners]) listener();
    },

    async underway() {
      const found = await tasks.find();
      const underway = found.map((task) => underwayOf(shared, task));
      // What has come, of a task that the system has forgotten.
      for (const { path, sizeBytes } of await modelFiles.list(barePath(''))) {
        const place = placeOfIncoming(path);
        if (place === undefined || found.some(({ about }) => about.path === place)) continue;
        underway.push({ path: place, receivedBytes: sizeBytes, isPaused: false });
      }
      return underway;
    },

    async endBelow(path) {
      for (const task of await tasks.find()) {
        const at = task.about.path;
        if (at !== path && !at.startsWith(`${path}/`)) continue;
        await task.stop();
        await modelFiles.remove(barePath(incomingPath(at)));
      }
    },
  };
}

function underwayOf({ system }: Shared, task: SystemTask): Underway {
  const { path, expectedBytes } = task.about;
  const here = sizeAt(incomingPath(path));
  // Android counts by what it remembers of a task that ended while nobody was there.
  const receivedBytes = system === 'android' ? (here ?? 0) : task.receivedBytes();
  const isHere = here !== undefined && here === expectedBytes;
  return {
    path,
    receivedBytes: isHere ? here : receivedBytes,
    isPaused: task.isPaused() && !isHere,
  };
}

interface Call {
  request: FileRequest;
  events: FileEvents;
  signal: AbortSignal;
}

async function fetchWhole(shared: Shared, call: Call): Promise<void> {
  const { request, signal } = call;
  const { path, url } = request;
  if (signal.aborted) throw abortError();
  const found = await findTask(shared, request);
  const expectedBytes = request.expectedBytes ?? found?.about.expectedBytes ?? undefined;
  const incoming: Incoming = { path, expectedBytes, host: new URL(url).host };
  // Nothing is awaited from here to where it is listened to, so that no end is missed: one that
  // came before has left the file.
  if (found && !isWhole(incoming) && !isBehind(shared, found)) {
    await follow(shared, { task: found, directUrl: url }, call);
    return;
  }
  try {
    if (await takeWhatCame(shared, incoming, call)) return;
  } finally {
    // Of what came nothing is left where it came, so that this removes nothing.
    await found?.stop();
  }
  await follow(shared, await begin(shared, call), call);
}

interface Begun {
  task: SystemTask;
  directUrl: string;
}

async function follow(shared: Shared, { task, directUrl }: Begun, call: Call): Promise<void> {
  const { request, events, signal } = call;
  const totalBytes = task.about.expectedBytes ?? undefined;
  const { host } = new URL(request.url);
  const incoming: Incoming = { path: request.path, expectedBytes: totalBytes, host };
  answer(call, { directUrl, totalBytes });
  const following = followingOf(shared, task, { incoming, events });
  const end = await followTask(task, following, signal);
  try {
    if (end.kind === 'failed') {
      throw failureOfTask(end.errorCode, { request, freeBytes: freeBytesNow() });
    }
    await finish(shared, incoming, call);
  } catch (error) {
    const bytes = await beginningOf(shared, incoming);
    if (bytes > 0) events.onProgress(bytes);
    await task.stop();
    throw error;
  }
}

function followingOf(
  shared: Shared,
  task: SystemTask,
  { incoming, events }: { incoming: Incoming; events: FileEvents },
): Following {
  const { system, network, listeners } = shared;
  return {
    incoming,
    onUnderway: events.onUnderway,
    subscribe(listener) {
      const stop = network.subscribe(listener);
      listeners.add(listener);
      return () => {
        stop();
        listeners.delete(listener);
      };
    },
    isForbidden: () => shared.isKeptToWifi && network.isCellular(),
    // Android asks once, when a task is made.
    isKept: () => system === 'android' && task.about.isKeptToWifi,
    isFree: () => !shared.isKeptToWifi && network.isCellular(),
  };
}

function answer(
  { events }: Call,
  { directUrl, totalBytes }: { directUrl: string; totalBytes: number | undefined },
): void {
  // The system tells no headers. It brings the whole file, from one version or not at all.
  const whole = { offsetBytes: 0, endBytes: totalBytes, totalBytes, versions: [] };
  events.onAnswer({ ...whole, url: directUrl, maxConnections: 1, isHandedOver: true });
}

async function finish({ modelFiles }: Shared, incoming: Incoming, { events }: Call): Promise<void> {
  events.onProgress(await takeIn(modelFiles, incoming));
}

/** The task for a request, if the system has one. One for another revision of the file is ended. */
async function findTask({ tasks }: Shared, request: FileRequest): Promise<SystemTask | undefined> {
  const { path, url, expectedBytes } = request;
  const found = (await tasks.find()).find(({ about }) => about.path === path);
  if (!found) return undefined;
  const isSame =
    found.about.url === url &&
    (expectedBytes === undefined || expectedBytes === found.about.expectedBytes);
  if (isSame && !found.isOver()) return found;
  await found.stop();
  return undefined;
}

/**
 * Whether going on with a task would give a wrong file. Android goes on at the end of the file,
 * whatever place it asks the server for; what it remembers lags behind the file when the app was
 * stopped by force, and of a task that ended while nobody was there it remembers the beginning alone.
 */
function isBehind({ system }: Shared, task: SystemTask): boolean {
  if (system === 'ios' || !task.isPaused()) return false;
  return task.receivedBytes() !== (sizeAt(incomingPath(task.about.path)) ?? 0);
}

/**
 * Takes in what came while nobody was there, and answers whether it is the whole file.
 * @throws ModelError NET_INTERRUPTED where it is the beginning: the rest takes another request
 */
async function takeWhatCame(shared: Shared, incoming: Incoming, call: Call): Promise<boolean> {
  const about = { directUrl: call.request.url, totalBytes: incoming.expectedBytes };
  if (isWhole(incoming)) {
    answer(call, about);
    await finish(shared, incoming, call);
    return true;
  }
  const bytes = await beginningOf(shared, incoming);
  if (bytes === 0) return false;
  answer(call, about);
  call.events.onProgress(bytes);
  throw new ModelError('NET_INTERRUPTED', { host: incoming.host });
}

/** Only Android writes a file from its beginning to where it is asked to. */
async function beginningOf({ modelFiles, system }: Shared, incoming: Incoming): Promise<number> {
  if (system === 'android') return salvage(modelFiles, incoming);
  await modelFiles.remove(barePath(incomingPath(incoming.path)));
  return 0;
}

/**
 * Asks for the first byte, as the app itself: a file that isn't there, a page in its place and
 * another size show here, and the sign-in stays with the hub's own origin.
 */
async function begin(shared: Shared, { request, signal }: Call): Promise<Begun> {
  const { path, url, expectedBytes } = request;
  const headers = { Accept: '*/*', Range: 'bytes=0-0' };
  const answered = await shared.web.ask({ url, headers }, signal);
  answered.discard();
  const { totalBytes } = readAnswer({ ...request, offsetBytes: 0, endBytes: 1 }, answered.head);
  const directUrl = answered.head.url;
  const about = {
    path,
    url,
    expectedBytes: expectedBytes ?? totalBytes ?? null,
    isKeptToWifi: shared.isKeptToWifi,
  };
  const destination = barePath(incomingPath(path));
  makeParent(destination);
  return { task: shared.tasks.create({ about, directUrl, destination }), directUrl };
}
