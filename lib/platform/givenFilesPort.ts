/** The files that people or other programs give to this app; a part of `types.ts`, which exports it. */

/** Where a file of the store is on this device now. Never store it: iOS moves the app's folder with each update. */
export interface FilePlace {
  /** Absolute, without a scheme and unescaped, as native code and `node:fs` take it. */
  path: string;
  /** The same as a URI that begins with `file://`, escaped, as expo-file-system takes it. */
  uri: string;
}

/** A file that another program left on this device, outside of the store. */
export interface ForeignFile {
  /** Its place, for `moveIn` and `moveOut`. May be stored: it stays true when an update moves the app’s folder. */
  origin: string;
  sizeBytes: number;
}

/** Files outside of the store. Each call touches the files that it names and no others. */
export interface ForeignFiles {
  /**
   * The regular files directly in a folder, which is a `file://` URI or an absolute path. Links aren’t listed, and
   * nothing is where the folder is a link, is absent or lies in the store. @throws ModelError NAME_INVALID, DISK_IO
   */
  find(folder: string): Promise<ForeignFile[]>;
  /**
   * Moves a file to a path in the store, replacing any file there. It is renamed; where the system refuses that, as
   * between two volumes, it is copied durably and then removed. After a crash it is complete in at least one place.
   * @throws ModelError NO_SPACE, DISK_IO
   */
  moveIn(origin: string, path: string): Promise<void>;
  /**
   * Moves a file of the store to an origin, as `moveIn` does, and makes the folder where it is missing. A file that is
   * there by now is never replaced. If its size is the same, it is the moved file, left by a crash of `moveIn` between
   * the copy and the removal, and the file of the store is removed. If not, the file gets a free name beside it.
   * @throws ModelError NO_SPACE, DISK_IO
   */
  moveOut(path: string, origin: string): Promise<void>;
}

/** A file that a person named: its path or URI; in a browser, the `File` itself. */
export type GivenFile = string | { readonly name: string; readonly size: number };

export interface BringRequest {
  /** Where the file is put in the store. No file is there. */
  path: string;
  /**
   * Whether the store may share the bytes with the original, on hosts where both can be on one volume: as a clone, or
   * else as a hard link. Later changes of the original are also changes of a hard link, and not of a clone.
   */
  mayShare: boolean;
  /** The number of bytes copied so far. Not called for a file that is shared. */
  onProgress(copiedBytes: number): void;
}

export interface BroughtFile {
  how: 'copied' | 'cloned' | 'linked';
  /** The SHA-256 of the bytes as they were read, in lower-case hex; undefined where the host didn’t read them all. */
  sha256: string | undefined;
}

/** A file outside of the store that a person chose. Nothing here changes it. */
export interface PickedFile {
  /** Its name without folders, as the host tells it. Not checked. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Bytes of it, at most a mebibyte; fewer only at its end. @throws ModelError DISK_IO, IMPORT_REFUSED `changed` */
  read(startBytes: number, lengthBytes: number): Promise<Uint8Array>;
  /**
   * Brings all its bytes into the store, in bounded memory, and makes them durable. After a rejection nothing is at the
   * path; after a crash, a part of the bytes may be.
   * @throws ModelError NO_SPACE, DISK_IO; IMPORT_REFUSED `changed` when the file isn’t the one that was opened any more
   */
  bringTo(request: BringRequest, signal: AbortSignal): Promise<BroughtFile>;
}

/** Opens files that a person chose. */
export interface PickedFiles {
  /** @throws ModelError DISK_IO when there is no such file; IMPORT_REFUSED for anything but a regular file */
  open(given: GivenFile): Promise<PickedFile>;
  /**
   * The file of that name in the folder of a given one; undefined where there is none. Absent on hosts that may open only
   * what a person chose. Of a file that was opened. @throws as `open`
   */
  openBeside?(given: GivenFile, name: string): Promise<PickedFile | undefined>;
}

export interface ArrivalEvents {
  /** A person dropped files onto the app, opened them with it or shared them to it. Never empty. */
  onFiles(files: readonly GivenFile[]): void;
  /** Whether a person drags files over the app now. */
  onHover(isOver: boolean): void;
}

/** How a person’s files reach this app. */
export interface FileArrivals {
  /** Shows the system’s dialog; empty when the person chooses nothing. Call it directly after a press. */
  pick(): Promise<readonly GivenFile[]>;
  /**
   * Files that arrived before the first subscription are reported then. A file that is dropped while nothing subscribes
   * is left to the system. Returns the function to unsubscribe.
   */
  subscribe(events: ArrivalEvents): () => void;
  /**
   * The import of a file has ended, however: this app doesn’t need the file any more. Where the system copied it for
   * this app, the copy is removed; a person’s own file never is. Any other file is fine. Never rejects.
   */
  letGo(file: GivenFile): Promise<void>;
}
