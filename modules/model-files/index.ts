/** The app's own native module: what no file package offers. Paths are absolute and bare, without `file://`. */
import { requireOptionalNativeModule } from 'expo';

/** Rejections carry `code`: ERR_ABSENT where there is no such file, ERR_IO for everything else. */
export interface ModelFilesModule {
  /** Regular files at any depth, with paths relative to `folder`; links are neither listed nor followed. Rejects when a folder can't be read. */
  list(folder: string): Promise<{ path: string; sizeBytes: number }[]>;
  /** Makes `from` durable and renames it over `to` at once, making folders as needed. */
  replace(from: string, to: string): Promise<void>;
  /**
   * Adds all of `from` to the end of `to`, made when it is missing, off the thread that calls; `from` is gone afterwards.
   * Cut off in the middle, `from` is whole, and `to` is longer by no more than all of it: truncated to what it was, it
   * can be added to again. Rejects with ERR_ABSENT when there is no `from`.
   */
  append(from: string, to: string): Promise<void>;
  /** Gives a file a second name. Rejects with ERR_ABSENT when there is no such file, with ERR_IO also where something has the name. */
  link(existing: string, name: string): Promise<void>;
  /** Makes a file's bytes durable; false when there is no such file. */
  sync(path: string): Promise<boolean>;
  /** Cuts off what lies past `sizeBytes`; never makes a file longer. */
  truncate(path: string, sizeBytes: number): Promise<void>;
  /** Removes a file or a folder with all it holds, never what a link points to. Absent is fine. */
  remove(path: string): Promise<void>;
  /** Makes a folder and keeps it out of iCloud's backup; Android goes by the rules in its manifest. */
  excludeFromBackup(folder: string): Promise<void>;
  openDigest(path: string, algorithm: 'sha256' | 'git-sha1'): Promise<number>;
  /** Lower-case hex of all bytes before `endBytes`; rejects when the file ends sooner. */
  readDigest(id: number, endBytes: number): Promise<string>;
  /** Goes back to where the last read began. */
  stepBackDigest(id: number): Promise<void>;
  closeDigest(id: number): Promise<void>;
}

/** Undefined where the app was built without it: Expo Go, or native projects older than the module. */
export function findModelFiles(): ModelFilesModule | undefined {
  return requireOptionalNativeModule<ModelFilesModule>('ModelFiles') ?? undefined;
}
