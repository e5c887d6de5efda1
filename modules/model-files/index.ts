/**
 * The app's own native module, with functions that no file package offers. Paths are absolute and bare, without
 * `file://`. Only a regular file counts as a file: a folder or a link doesn't, and no link is followed.
 */
import { requireOptionalNativeModule } from 'expo';

/** The app's own folder on a card or a drive that can be taken out, while it is in. */
export interface CardVolume {
  /** The file system's id, in lower case: letters, digits and hyphens. */
  id: string;
  /** As the system calls it for people. */
  name: string;
  /** The folder for models there, which may be missing. */
  folder: string;
  freeBytes: number;
}

/**
 * Rejections carry `code`: ERR_ABSENT where there is no such file, ERR_IO for other failures. Calls run one at a time.
 */
export interface ModelFilesModule {
  /**
   * Regular files at any depth, with paths relative to `folder`; empty when `folder` is absent or a link. Rejects when
   * `folder`, or a folder in it, can't be read.
   */
  list(folder: string): Promise<{ path: string; sizeBytes: number }[]>;
  /** Makes `from` durable, and renames it to `to` atomically, replacing any file there; makes folders as needed. */
  replace(from: string, to: string): Promise<void>;
  /**
   * Appends all of `from` to `to`; makes `to` and its folders as needed. Removes `from` when the bytes are durable.
   * After an interruption or a rejection, `from` is complete, and `to` has received none, some or all of its bytes.
   */
  append(from: string, to: string): Promise<void>;
  /** Makes a file's bytes durable; false when there is no such file. */
  sync(path: string): Promise<boolean>;
  /** Cuts off the bytes beyond `sizeBytes`; never creates or extends a file. */
  truncate(path: string, sizeBytes: number): Promise<void>;
  /** Removes a file, or a folder with all its content. Removes a link, but never its target. Absent is fine. */
  remove(path: string): Promise<void>;
  /** Makes a folder and excludes it from iCloud's backup; Android follows the rules in its manifest. */
  excludeFromBackup(folder: string): Promise<void>;
  openDigest(path: string, algorithm: 'sha256' | 'git-sha1'): Promise<number>;
  /**
   * The lower-case hex digest of all bytes before `endBytes`; rejects when the file ends sooner, or was already read
   * past `endBytes`.
   */
  readDigest(id: number, endBytes: number): Promise<string>;
  /** Moves back to the position before the last read. */
  stepBackDigest(id: number): Promise<void>;
  /** Closing twice is fine. */
  closeDigest(id: number): Promise<void>;
  /** The lower-case hex SHA-256 of the bytes from `startBytes` to `endBytes`; rejects when the file ends sooner. */
  digestRange(path: string, startBytes: number, endBytes: number): Promise<string>;
  /**
   * Writes the bytes of `from` from `startBytes` to `endBytes` into `to`, beginning at `toBytes`; makes `to` and its
   * folders as needed. Other bytes of `to` stay. Rejects when `from` ends sooner, or is the same file.
   */
  copyRange(
    ...range: [from: string, to: string, startBytes: number, endBytes: number, toBytes: number]
  ): Promise<void>;
  /**
   * The cards and drives that are in now. Only on Android.
   */
  cards?(): Promise<CardVolume[]>;
  /**
   * The addresses (`content://`) of files that other apps opened with this app or shared to it, each once, since the
   * last call. Only on Android: iOS copies such files into the app’s documents.
   */
  takeArrivals?(): Promise<string[]>;
}

/** Undefined where the app was built without the module: Expo Go, or native projects older than the module. */
export function findModelFiles(): ModelFilesModule | undefined {
  return requireOptionalNativeModule<ModelFilesModule>('ModelFiles') ?? undefined;
}
