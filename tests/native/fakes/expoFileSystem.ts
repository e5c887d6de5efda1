/** `expo-file-system`, as far as the app uses it, over real files of the phone. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';

import { pathOfUri, phone } from './phone';

export enum FileMode {
  ReadWrite = 'rw',
  ReadOnly = 'r',
  WriteOnly = 'w',
  Append = 'wa',
  Truncate = 'wt',
}

export class FileHandle {
  offset: number | null;
  readonly #descriptor: number;
  readonly #mode: FileMode;
  #isOpen = true;

  constructor(path: string, mode: FileMode) {
    // Neither system makes a file by opening one that isn't there.
    this.#descriptor = openSync(path, mode === FileMode.ReadOnly ? 'r' : 'r+');
    this.#mode = mode;
    if (mode === FileMode.Truncate) ftruncateSync(this.#descriptor, 0);
    this.offset = mode === FileMode.Append ? fstatSync(this.#descriptor).size : 0;
  }

  get size(): number | null {
    return this.#isOpen ? fstatSync(this.#descriptor).size : null;
  }

  readBytes(length: number): Uint8Array<ArrayBuffer> {
    this.#check();
    const bytes = new Uint8Array(length);
    const read = readSync(this.#descriptor, bytes, 0, length, this.offset ?? 0);
    this.offset = (this.offset ?? 0) + read;
    return bytes.slice(0, read);
  }

  writeBytes(bytes: Uint8Array): void {
    this.#check();
    if (this.#mode === FileMode.ReadOnly) throw new Error('File opened read-only');
    phone.take(bytes.byteLength);
    writeSync(this.#descriptor, bytes, 0, bytes.byteLength, this.offset ?? 0);
    this.offset = (this.offset ?? 0) + bytes.byteLength;
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #check(): void {
    if (!this.#isOpen) throw new Error('file handle is closed');
  }
}

export class File {
  readonly uri: string;

  constructor(uri: string) {
    pathOfUri(uri);
    this.uri = uri;
  }

  get exists(): boolean {
    const path = pathOfUri(this.uri);
    return existsSync(path) && statSync(path).isFile();
  }

  get name(): string {
    return basename(pathOfUri(this.uri));
  }

  get size(): number {
    return this.exists ? statSync(pathOfUri(this.uri)).size : 0;
  }

  create(): void {
    const path = pathOfUri(this.uri);
    if (existsSync(path)) throw new Error('file already exists');
    if (!existsSync(dirname(path))) throw new Error('the folder does not exist');
    writeFileSync(path, '');
  }

  async copy(destination: File, { overwrite = false } = {}): Promise<void> {
    await Promise.resolve();
    if (destination.exists && !overwrite) throw new Error('Destination already exists');
    phone.take(this.size);
    copyFileSync(pathOfUri(this.uri), pathOfUri(destination.uri));
  }

  open(mode: FileMode = FileMode.ReadWrite): FileHandle {
    return new FileHandle(pathOfUri(this.uri), mode);
  }
}

export class Directory {
  readonly uri: string;

  constructor(uri: string) {
    pathOfUri(uri);
    this.uri = uri.endsWith('/') ? uri : `${uri}/`;
  }

  create({ intermediates = false, idempotent = false } = {}): void {
    const path = pathOfUri(this.uri);
    if (existsSync(path) && !idempotent) throw new Error('the folder exists');
    if (existsSync(path) && !statSync(path).isDirectory()) throw new Error('it is a file');
    mkdirSync(path, { recursive: intermediates || idempotent });
  }
}

function folderAt(path: string): Directory {
  return new Directory(`file://${path.split('/').map(encodeURIComponent).join('/')}`);
}

export const Paths = {
  get document(): Directory {
    return folderAt(phone.documents());
  },
  get cache(): Directory {
    return folderAt(`${phone.documents()}/../Caches`);
  },
  get availableDiskSpace(): number {
    return phone.freeBytes ?? 64 * 1024 ** 3;
  },
};
