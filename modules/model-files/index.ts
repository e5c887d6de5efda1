/**
 * The app's own native module: what no file package offers. Paths are absolute and bare, without `file://`. Only a
 * regular file counts as a file: what else has the name, a folder or a link, is no file, and no link is followed.
 */
import { requireOptionalNativeModule } from 'expo';

/** Rejections carry `code`: ERR_ABSENT where there is no such file, ERR_IO for everything else. One call runs after the other. */
export interface ModelFilesModule {
  /** Regular files at any depth, with paths relative to `folder`; nothing where it is absent or a link. Rejects when it, or a folder in it, can't be read. */
  list(folder: string): Promise<{ path: string; sizeBytes: number }[]>;
  /** Makes `from` durable and renames it over `to` at once, making folders as needed. */
  replace(from: string, to: string): Promise<void>;
  /**
   * Adds all of `from` behind the end of `to`, which it makes as needed, with its folders; when that is durable, `from` is
   * removed. Cut off or rejected in the middle: `from` is whole, and `to` has got none, some or all of its bytes.
   */
  append(from: string, to: string): Promise<void>;
  /** Makes a file's bytes durable; false when there is no such file. */
  sync(path: string): Promise<boolean>;
  /** Cuts off what lies past `sizeBytes`; never makes a file, or one longer. */
  truncate(path: string, sizeBytes: number): Promise<void>;
  /** Removes a file or a folder with all it holds; of a link the link alone. Absent is fine. */
  remove(path: string): Promise<void>;
  /** Makes a folder and keeps it out of iCloud's backup; Android goes by the rules in its manifest. */
  excludeFromBackup(folder: string): Promise<void>;
  openDigest(path: string, algorithm: 'sha256' | 'git-sha1'): Promise<number>;
  /** Lower-case hex of all bytes before `endBytes`; rejects when the file ends sooner, or when it was read past that already. */
  readDigest(id: number, endBytes: number): Promise<string>;
  /** Goes back to where the last read began. */
  stepBackDigest(id: number): Promise<void>;
  /** Closing twice is fine. */
  closeDigest(id: number): Promise<void>;
}

/** Undefined where the app was built without it: Expo Go, or native projects older than the module. */
export function findModelFiles(): ModelFilesModule | undefined {
  return requireOptionalNativeModule<ModelFilesModule>('ModelFiles') ?? undefined;
}
