/**
 * Has the system bring files: a transfer goes on while the app sleeps, and what came of it is found again by the
 * next run of the app. Whether what came are the right bytes, the core finds out.
 *
 * What a failure costs: Android leaves what had come. When the app's process dies, its transfers die with it; Android 14
 * and newer run them again, behind what had come, since our module's `TransferJobs.kt` has them remember it. iOS tries for
 * a day by itself, and when it gives up, or is told to by a force-quit, lets go of those pieces that aren't whole. A
 * transfer of which nothing comes for a minute is ended by `stillTask.ts`, and what came of it stays.
 */
import type { FileRequest, Underway } from '../../types';
import { bringHandedFile } from './handedFile';
import type { HandedFile } from './handedRun';
import { listPieces, removePiece, sizeAt, type Piece, type PieceFile } from './incoming';
import { freeBytesNow } from '../files/nativeErrors';
import type { HandOverOptions, HandOverTools, WifiRule } from './handOverTools';
import { createPulse } from './stillTask';
import type { SystemTask } from './systemTasks';

/** What iOS may lose at once of each of the four transfers that it makes at a time; each costs a copy in the end. */
const IOS_PIECE_BYTES = 128 * 1024 * 1024;

export interface HandOver {
  /** Whether a request is one that the system can serve: nothing of what it asks for is here yet, and it can't mix versions. */
  canTake(request: FileRequest): boolean;
  /** The Downloader port's `fetchFile`, for all that follows `offsetBytes`; the contract is the port's. */
  fetch(handed: HandedFile): Promise<void>;
  /**
   * From now on. Android holds back by itself what is begun after this, also while the app is gone; what
   * iOS brings is paused and resumed while the app runs: its one rule for all transfers can't be changed
   * without losing those that run.
   */
  setWifiOnly(isKept: boolean): void;
  underway(): Promise<readonly Underway[]>;
  /**
   * The file comes another way from now on: ends what the system still brings of it and removes what came, which would
   * stand in the way of what is written there. Not while `fetch` brings it; else once, until `fetch` is asked again.
   */
  leave(path: string): Promise<void>;
  /** Ends what would write at or below a path, and removes what came for it. */
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
      // Without a digest nobody can tell the parts of two versions apart.
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
  // Android goes on with what it has, whether or not the file is still the one that it began.
  if (offsetBytes === 0) return system === 'ios' || versions === undefined;
  if (expectedBytes === undefined || versions !== undefined) return false;
  const restBytes = expectedBytes - offsetBytes;
  if (restBytes <= 0 || (sizeAt(path) ?? 0) < offsetBytes) return false;
  // Each piece is copied behind what is here before it goes.
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
  // What Android begins again by itself may bring more than the piece that was asked for.
  const bytes = new Map(
    pieces.map((piece) => [piece.startBytes, Math.min(piece.sizeBytes, lengthOf(piece))]),
  );
  const isHere = tasks.every(({ about }) => bytes.get(about.startBytes) === lengthOf(about));
  for (const task of tasks) {
    const { startBytes } = task.about;
    // Android counts by what it remembers of a task that ended while nobody was there.
    if (system === 'ios' && !bytes.has(startBytes)) bytes.set(startBytes, task.receivedBytes());
  }
  return {
    path,
    receivedBytes: [...bytes.values()].reduce((sum, one) => sum + one, 0),
    isPaused: tasks.length > 0 && !isHere && tasks.every((task) => task.isPaused()),
  };
}
