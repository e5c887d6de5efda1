/** The manager's report about its models: plain data for the UI, for other tabs and for `--json`. */
import type { ModelFailure } from '../errors';
import type { Homes } from '../platform/shared/homes';
import type { Runtime } from '../platform/types';
import type { KeptPlace } from './registry/buildPlaces';
import type { FileRole, SourceIndex } from './runtimes/modelBuild';

/** One file of an installed model, as its manifest records it. */
export interface InstalledFile {
  fileName: string;
  role: FileRole;
  sizeBytes: number;
  /** SHA-256 of the bytes that were read back from disk before the install. */
  sha256: string;
  /**
   * The source of the digest that `sha256` (or a git SHA-1 of the same bytes) was compared with: the registry or
   * catalog, the hub, the app's own package, or none. A file with `none` is never called verified.
   */
  checkedAgainst: 'registry' | 'hub' | 'app' | 'none';
  /** Where the bytes were downloaded from; undefined for a file that is packaged with the app. */
  url?: string;
  /** The commit that the hub resolved the revision to; undefined if the hub didn't state it. */
  revision?: string;
  /** The hub's name of the same bytes in its store of chunks; undefined where it stated none. */
  xetHash?: string;
  /** Where its publisher keeps its index; undefined where none was stated at the install. */
  index?: SourceIndex;
  /** The SHA-256 of everything up to the end of each 8 MiB, so that a repair finds the damaged blocks. */
  blocks?: string[];
}

interface Transfer {
  /** Verified and unverified bytes of all files on this device; never more than `totalBytes`. */
  receivedBytes: number;
  /** Bytes of all files, or undefined until the server has stated it. */
  totalBytes: number | undefined;
}

/** The file that is being downloaded. */
export interface FileProgress {
  fileName: string;
  receivedBytes: number;
  /** Undefined until the server has stated it. */
  totalBytes: number | undefined;
}

/**
 * Why a model waits: for the hub's answer, for another tab that works on it, for its turn, for the next try after
 * `failure`, for Wi-Fi, or for disk space, of which `failure` tells how much.
 */
export type WaitReason = 'preparing' | 'other-owner' | 'queued' | 'retrying' | 'wifi' | 'space';

interface OnDisk {
  /** Bytes on disk; 0 for a model of the system. */
  sizeBytes: number;
  /** Milliseconds since 1970; 0 for a model of the system. */
  installedAt: number;
  /** Empty for a model of the system. */
  files: readonly InstalledFile[];
}

export type ModelState =
  | {
      kind: 'unavailable';
      reason: string;
      /**
       * Bytes of the model that are on this device anyway, for example of an unfinished download; undefined for none.
       */
      usedBytes?: number;
    }
  | { kind: 'absent' }
  /**
   * The system downloads a model of its own. `fraction` is the part that has arrived, in [0, 1]; undefined until the
   * system reports it. The system doesn't report bytes. `isFollowed` is false if the download was begun elsewhere: this
   * app then gets no progress.
   */
  | { kind: 'arriving'; fraction: number | undefined; isFollowed: boolean }
  | ({ kind: 'waiting'; reason: WaitReason; failure?: ModelFailure; retryInMs?: number } & Transfer)
  | ({
      kind: 'downloading';
      /** Undefined until enough bytes have arrived for an estimate. */
      bytesPerSecond: number | undefined;
      secondsLeft: number | undefined;
      /** Undefined before the first file, and for a transfer in another tab. */
      file?: FileProgress;
    } & Transfer)
  /** `pausedAt`: when a person paused it, in milliseconds since 1970; undefined for a download that stopped otherwise. */
  | ({ kind: 'paused'; pausedAt?: number } & Transfer)
  | { kind: 'verifying'; verifiedBytes: number; totalBytes: number }
  /** `isEarlier`: a verified version; the registry or catalog states another one by now, which an update brings. */
  | ({ kind: 'installed'; isEarlier?: true } & OnDisk)
  /**
   * Complete, but not the model that the registry or catalog names now. It is kept, and not used, until it is repaired
   * or removed.
   */
  | ({ kind: 'differs'; failure: ModelFailure } & OnDisk)
  | ({ kind: 'failed'; failure: ModelFailure } & Transfer)
  /** Its files are on another volume, which isn't connected; `place` is its name for people. They count as kept. */
  | { kind: 'disconnected'; place: string };

/** Of a model on its way to another volume; it stays usable. */
export interface MoveProgress {
  /** The id of the place; `''` for the store itself. */
  to: string;
  /** Each byte counts twice: when it was copied, and when it was read back. */
  doneBytes: number;
  totalBytes: number;
}

/** A build that isn't installed any more and can come back, in a store's place for such builds. */
export interface KeptBuild {
  place: KeptPlace;
  runtime: Runtime;
  /** The name of the model's folder. */
  folderName: string;
  /** By its manifest; undefined without a readable one. */
  modelId: string | undefined;
  /** Milliseconds since 1970; undefined where a record or a file is missing. Such a build can't come back. */
  keptAt: number | undefined;
  /** What its deletion frees: files that another model shares stay. */
  usedBytes: number;
}

export interface ManagerSnapshot {
  /** False until the disk has been read; until then every state is `absent` or `unavailable` and means nothing. */
  started: boolean;
  /** By model id. */
  states: Readonly<Record<string, ModelState>>;
  /**
   * Bytes of all models and partial downloads, and bytes that can still be written; undefined if the host doesn't tell.
   * The bytes of `kept` builds count as free, because they are deleted when a download needs the room.
   */
  storage: { usedBytes: number; freeBytes: number | undefined };
  /** Builds that aren't installed any more and can come back, in the order in which they give way. */
  kept: readonly KeptBuild[];
  /** Where models lie that aren't in the store itself, by the names of their folders. */
  homes: Homes;
  /** Moves to another volume that run in this tab, by model id. */
  moves: Readonly<Record<string, MoveProgress>>;
  /**
   * False when the host refused to keep models permanently: it may delete them when space runs out. Undefined until
   * asked.
   */
  persistent: boolean | undefined;
  /** Bytes a second that all transfers together may take; undefined for no limit. */
  rateLimit: number | undefined;
  /** Whether downloads wait for an unmetered network, on hosts that tell networks apart. */
  wifiOnly: boolean;
}
