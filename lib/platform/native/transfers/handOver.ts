/**
 * Hands file transfers to the system: a transfer continues while the app sleeps, and the next run of the app finds
 * the received bytes. The core checks whether the bytes are correct.
 *
 * The cost of a failure: Android keeps the received bytes. When the app's process dies, its transfers die, too.
 * Android 14 and newer run them again, from the last received byte, because the app's own `TransferJobs.kt` records
 * it. iOS retries by itself for a day. When it gives up, or when the person force-quits the app, it drops incomplete
 * pieces. A transfer that receives nothing for a minute is ended by `stillTask.ts`, and its received bytes stay.
 */
import type { FileRequest, Underway } from '../../types';
import { bringHandedFile } from './handedFile';
import type { HandedFile } from './handedRun';
import { listPieces, removePiece, sizeAt, type Piece, type PieceFile } from './incoming';
import { freeBytesNow } from '../files/nativeErrors';
import type { HandOverOptions, HandOverTools, WifiRule } from './handOverTools';
import { createPulse } from './stillTask';
import type { SystemTask } from './systemTasks';

/** The most that iOS may lose of each of its four parallel transfers. Each piece is copied once in the end. */
const IOS_PIECE_BYTES = 128 * 1024 * 1024;

export interface HandOver {
  /** Whether the system can serve a request: none of the requested bytes is here yet, and versions can't be mixed. */
  canTake(request: FileRequest): boolean;
  /**
   * Implements `fetchFile` of the Downloader port, for all bytes from `offsetBytes` on; see the port for the contract.
   */
  fetch(handed: HandedFile): Promise<void>;
  /**
   * Applies from now on. Android itself holds back transfers that begin after this, also while the app isn't running.
   * On iOS, transfers are paused and resumed while the app runs, because iOS's single rule for all transfers can't be
   * changed without losing the running ones.
   */
  setWifiOnly(isKept: boolean): void;
  underway(): Promise<readonly Underway[]>;
  /**
   * Call it when the file is fetched in another way from now on: ends its transfers and removes their received bytes,
   * which would disturb the other way. Does nothing while `fetch` is fetching the file; otherwise works once, until
   * `fetch` is called again.
   */
  leave(path: string): Promise<void>;
  /** Ends all transfers to files at or below a path, and removes their received bytes. */
  endBelow(path: string): Promise<void>;
}

export function createHandOver({ iosPieceBytes, ...options }: HandOverOptions): HandOver {
  const { tasks, modelFiles, network, system } = options;
  const listeners = new Set<() => void>();
  let isKeptToWifi = false;
  const wifi: WifiRule = {
    isKeptToWifi: () => isKeptToWifi,
    isForbidden: () => isKeptToWifi && network.isCellular(),
    isFree: () => !isKeptToWifi && network.isCellular(),
    subscribe(listener) {
      const stop = network.subscribe(listener);
      listeners.add(listener);
      return () => {
        stop();
        listeners.delete(listener);
      };
    },
  };
  const pulse = createPulse(options.clock);
  const left = new Map<string, Promise<void>>();
  const brought = new Set<string>();
  const longestPieceBytes = system === 'ios' ? (iosPieceBytes ?? IOS_PIECE_BYTES) : Infinity;

  return {
    canTake: (request) => canTake(request, { system, longestPieceBytes }),

    async fetch(handed) {
      const { path, versions } = handed.request;
      await left.get(path);
      left.delete(path);
      brought.add(path);
      // Without a digest, parts of two versions can't be distinguished, so the file is fetched as one piece.
      const longest = versions === undefined ? longestPieceBytes : Infinity;
      try {
        await bringHandedFile({ ...options, wifi, pulse, longestPieceBytes: longest }, handed);
      } finally {
        brought.delete(path);
      }
    },

    setWifiOnly(isKept) {
      isKeptToWifi = isKept;
      for (const listener of [...listeners]) listener();
    },

    async underway() {
      const found = await tasks.find();
      const pieces = await listPieces(modelFiles);
      const paths = new Set([
        ...found.map(({ about }) => about.path),
        ...pieces.map(({ path }) => path),
      ]);
      return [...paths].map((path) =>
        underwayOf(path, {
          system,
          tasks: found.filter(({ about }) => about.path === path),
          pieces: pieces.filter((piece) => piece.path === path),
        }),
      );
    },

    async leave(path) {
      if (brought.has(path)) return;
      const leaving = left.get(path) ?? endBelow(options, path);
      left.set(path, leaving);
      await leaving;
    },

    endBelow: (path) => endBelow(options, path),
  };
}

async function endBelow(
  { tasks, modelFiles }: Pick<HandOverTools, 'tasks' | 'modelFiles'>,
  path: string,
): Promise<void> {
  const isBelow = (one: { path: string }) => `${one.path}/`.startsWith(`${path}/`);
  for (const task of await tasks.find()) if (isBelow(task.about)) await task.stop();
  for (const piece of await listPieces(modelFiles)) {
    if (isBelow(piece)) await removePiece(modelFiles, piece);
  }
}

function canTake(
  { path, offsetBytes, expectedBytes, isRest, versions }: FileRequest,
  { system, longestPieceBytes }: Pick<HandOverTools, 'system' | 'longestPieceBytes'>,
): boolean {
  if (!isRest) return false;
  // Android resumes a transfer even if the file has changed on the server.
  if (offsetBytes === 0) return system === 'ios' || versions === undefined;
  if (expectedBytes === undefined || versions !== undefined) return false;
  const restBytes = expectedBytes - offsetBytes;
  if (restBytes <= 0 || (sizeAt(path) ?? 0) < offsetBytes) return false;
  // Each piece is appended to the file before it is removed, so its space is needed twice.
  const freeBytes = freeBytesNow() ?? Infinity;
  return freeBytes >= restBytes + Math.min(restBytes, longestPieceBytes);
}

interface Found {
  system: 'ios' | 'android';
  tasks: readonly SystemTask[];
  pieces: readonly PieceFile[];
}

function underwayOf(path: string, { system, tasks, pieces }: Found): Underway {
  const lengthOf = ({ startBytes, endBytes }: Piece) => (endBytes ?? Infinity) - startBytes;
  // A transfer that Android restarts by itself may receive more than the requested piece.
  const bytes = new Map(
    pieces.map((piece) => [piece.startBytes, Math.min(piece.sizeBytes, lengthOf(piece))]),
  );
  const isHere = tasks.every(({ about }) => bytes.get(about.startBytes) === lengthOf(about));
  for (const task of tasks) {
    const { startBytes } = task.about;
    // Android's count may be outdated for a task that ended while the app wasn't running.
    if (system === 'ios' && !bytes.has(startBytes)) bytes.set(startBytes, task.receivedBytes());
  }
  return {
    path,
    receivedBytes: [...bytes.values()].reduce((sum, one) => sum + one, 0),
    isPaused: tasks.length > 0 && !isHere && tasks.every((task) => task.isPaused()),
  };
}
