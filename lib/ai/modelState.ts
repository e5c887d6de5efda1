/** What the manager says of its models: plain data that goes up to the UI, to other tabs and to `--json`. */
import type { ModelFailure } from '../errors';

/** One file of an installed model, as its manifest records it. */
export interface InstalledFile {
  fileName: string;
  sizeBytes: number;
  /** Of the bytes that were read back from disk before the install. */
  sha256: string;
  /**
   * What `sha256` (or a git SHA-1 of the same bytes) was compared with: the registry or
   * catalog, the hub, the app's own package, or nothing. `none` is never called verified.
   */
  checkedAgainst: 'registry' | 'hub' | 'app' | 'none';
  /** Where the bytes came from; undefined for a file that is packaged with the app. */
  url?: string;
  /** The commit that the hub resolved the revision to; undefined where nobody said. */
  revision?: string;
  /** The SHA-256 of everything up to the end of each 8 MiB, so that a repair finds the blocks that are bad. */
  blocks?: string[];
}

interface Transfer {
  /** Verified and unverified bytes of all files that are here; never more than `totalBytes`. */
  receivedBytes: number;
  /** Bytes of all files, or undefined until the server has said. */
  totalBytes: number | undefined;
}

/** The file whose bytes are coming in. */
export interface FileProgress {
  fileName: string;
  receivedBytes: number;
  /** Undefined until the server has said. */
  totalBytes: number | undefined;
}

/**
 * Why a model waits: for the hub's answer, another tab that has it, its turn, the next try after
 * `failure`, Wi-Fi, or room on the disk, of which `failure` says how much.
 */
export type WaitReason = 'preparing' | 'other-owner' | 'queued' | 'retrying' | 'wifi' | 'space';

interface OnDisk {
  /** Bytes on disk; 0 of a model that the system has. */
  sizeBytes: number;
  /** Milliseconds since 1970; 0 of a model that the system has. */
  installedAt: number;
  /** None of a model that the system has. */
  files: readonly InstalledFile[];
}

export type ModelState =
  | {
      kind: 'unavailable';
      reason: string;
      /** What lies here of it all the same, as of a download that was begun; undefined for nothing. */
      usedBytes?: number;
    }
  | { kind: 'absent' }
  /**
   * The system downloads a model of its own. `fraction` of it is here, in [0, 1]; undefined until that is told.
   * Nobody says how many bytes that are. `isFollowed` is false where somebody else began it, and this app hears nothing.
   */
  | { kind: 'arriving'; fraction: number | undefined; isFollowed: boolean }
  | ({ kind: 'waiting'; reason: WaitReason; failure?: ModelFailure; retryInMs?: number } & Transfer)
  | ({
      kind: 'downloading';
      /** Undefined until there is enough to tell. */
      bytesPerSecond: number | undefined;
      secondsLeft: number | undefined;
      /** Undefined before the first file, and for a transfer that another tab makes. */
      file?: FileProgress;
    } & Transfer)
  | ({ kind: 'paused' } & Transfer)
  | { kind: 'verifying'; verifiedBytes: number; totalBytes: number }
  | ({ kind: 'installed' } & OnDisk)
  /** Whole, but not what the registry or catalog names now. Kept, and not used, until it is repaired or removed. */
  | ({ kind: 'differs'; failure: ModelFailure } & OnDisk)
  | ({ kind: 'failed'; failure: ModelFailure } & Transfer);

export interface ManagerSnapshot {
  /** False until the disk has been read; every state is then `absent` or `unavailable` and means nothing yet. */
  started: boolean;
  /** By model id. */
  states: Readonly<Record<string, ModelState>>;
  /** Bytes that all models and partial downloads occupy, and what can still be written; undefined where the host doesn't tell. */
  storage: { usedBytes: number; freeBytes: number | undefined };
  /** False when the host refused to keep models for good: it may delete them when space runs out. Undefined until asked. */
  persistent: boolean | undefined;
  /** Bytes a second that all transfers together may take; undefined for no limit. */
  rateLimit: number | undefined;
  /** Whether files wait for a network that isn't metered, on hosts that tell networks apart. */
  wifiOnly: boolean;
}
