/**
 * The ports: everything that a host does for the core, on one page.
 *
 * Paths are relative to the models folder, `/`-separated, and can't leave it: an adapter
 * refuses `..`, a leading `/`, a backslash or an empty segment with NAME_INVALID. Every
 * rejection is a `ModelError`, or the signal's `AbortError`.
 */
export type Runtime = 'executorch' | 'llama.cpp';

/** One regular file below the models folder. */
export interface FileEntry {
  path: string;
  sizeBytes: number;
}

export interface DigestRequest {
  path: string;
  /** `git-sha1` is the hub's identity of a small file: SHA-1 over `blob <bytes>\0` and the bytes. */
  algorithm: 'sha256' | 'git-sha1';
  onProgress?: (hashedBytes: number) => void;
}

/** The models folder. No method leaves a half-written file under the name it was given. */
export interface FileStore {
  /**
   * Every regular file below `folder` (`''` is the whole store), at any depth, in no order.
   * Empty when the folder doesn't exist; links are neither listed nor followed.
   * @throws ModelError STORAGE_UNAVAILABLE when the disk can't be read, which says nothing about what is on it.
   */
  list(folder: string): Promise<FileEntry[]>;
  /** The text of a small record, or undefined when there is none. At most 1 MiB is read. */
  readText(path: string): Promise<string | undefined>;
  /** Replaces the file at once and for good: a reader sees the old text or the new. */
  writeText(path: string, text: string): Promise<void>;
  /** Renames one file over whatever file has that name, making folders as needed. Never a copy. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all it holds, never crossing a link. Absent is fine. */
  remove(path: string): Promise<void>;
  /** Lower-case hex of what is on disk, read back in bounded memory. */
  digest(request: DigestRequest, signal?: AbortSignal): Promise<string>;
  /** Bytes that can still be written, or undefined where the host doesn't tell. A browser's answer is an estimate. */
  freeBytes(): Promise<number | undefined>;
}

export interface FileRequest {
  url: string;
  path: string;
  /** Bytes at `path` to keep and go on from; 0 starts over. What lies beyond is cut off first. */
  offsetBytes: number;
  /** The exact size of the whole file, or undefined where nobody stated one. */
  expectedBytes: number | undefined;
}

export interface FileAnswer {
  /** Bytes now at `path`. Equal to `expectedBytes` where that is known. */
  receivedBytes: number;
}

export interface TextRequest {
  url: string;
  /** A JSON body makes it a POST. */
  json?: unknown;
  maxBytes: number;
}

export interface TextAnswer {
  status: number;
  text: string;
  /** Header names in lower case; in a browser only those that the server exposes. */
  headers: Readonly<Record<string, string>>;
}

/** Moves bytes from the network into the store. The transfer belongs to the host: no model byte crosses the core. */
export interface Downloader {
  /**
   * Makes one attempt to bring a file to `path`: a single request with a range, no retry.
   * `onProgress` gets the bytes now at `path`; it goes back to 0 when a server ignores the range.
   * Bytes that arrived before a failure stay. An error page never reaches the file.
   * @throws ModelError NET_*, HTTP_*, REDIRECT_UNSAFE, NOT_A_MODEL, RANGE_INVALID, REMOTE_CHANGED, LENGTH_MISMATCH, NO_SPACE, DISK_IO, STORAGE_BUSY.
   */
  fetchFile(
    request: FileRequest,
    onProgress: (receivedBytes: number) => void,
    signal: AbortSignal,
  ): Promise<FileAnswer>;
  /**
   * Reads a small answer whatever its status.
   * @throws ModelError NET_*, REDIRECT_UNSAFE, or HTTP_UNEXPECTED when it is longer than `maxBytes`.
   */
  fetchText(request: TextRequest, signal?: AbortSignal): Promise<TextAnswer>;
  /** Copies a file that is packaged with the app to `path`. @throws ModelError MODEL_MISSING for an unknown id. */
  copyBundled(requireId: string, path: string, signal: AbortSignal): Promise<void>;
}

/** Other tabs or processes that share this store. */
export interface Peers {
  /**
   * Runs `work` while nobody else who shares the store holds `name`. Released when the work
   * settles and when its owner dies. `onWait` is called once when somebody else holds it.
   */
  withLock<T>(name: string, work: () => Promise<T>, options?: LockOptions): Promise<T>;
  /** Tells the others; never comes back to the sender. `message` is plain data. */
  send(message: unknown): void;
  /** Hostile until checked: anything on this origin can send. Returns the way to stop. */
  subscribe(listener: (message: unknown) => void): () => void;
}

export interface LockOptions {
  onWait?: () => void;
  /** Ends the waiting, not the work. */
  signal?: AbortSignal;
}

export type SqlValue = string | number | null;

export interface SqlStatement {
  sql: string;
  params?: readonly SqlValue[];
}

/** SQLite. */
export interface SqlDatabase {
  /** @throws ModelError DB_FAILED */
  all(statement: SqlStatement): Promise<Record<string, SqlValue>[]>;
  /** All statements or none, in one write transaction. @throws ModelError DB_FAILED */
  batch(statements: readonly SqlStatement[]): Promise<void>;
  close(): Promise<void>;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface LoadRequest {
  /** Weights and, where the runtime needs them, tokenizer files; paths in the store. */
  ptePath: string;
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
  contextTokens: number;
}

export interface GenerateRequest {
  messages: readonly ChatMessage[];
  maxTokens: number;
  temperature: number;
}

export interface GenerationStats {
  promptTokens: number;
  generatedTokens: number;
  timeToFirstTokenMs: number;
  /** Of generation alone, without the prompt. 0 when there was only one token. */
  tokensPerSecond: number;
  /** `length`: the token limit or the end of the context. */
  finishReason: 'stop' | 'length';
}

/** One model in memory at a time. The caller serialises: load, generate and unload never overlap. */
export interface LlmEngine {
  /** Replaces what is loaded. Nothing is loaded after a failure. @throws ModelError LOAD_FAILED, UNSUPPORTED */
  load(request: LoadRequest, signal?: AbortSignal): Promise<void>;
  /**
   * Streams an answer. Aborting rejects with AbortError and leaves the model loaded and usable.
   * @throws ModelError GENERATION_FAILED, CONTEXT_FULL
   */
  generate(
    request: GenerateRequest,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<GenerationStats>;
  /** Idempotent. */
  unload(): Promise<void>;
}

/** Time, so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970, for records. */
  nowMs(): number;
  /** Milliseconds since some moment, never going back, for rates and stalls. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; returns the way to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** What this device is and allows. */
export interface Host {
  readonly kind: 'web' | 'node' | 'ios' | 'android' | 'memory';
  readonly runtime: Runtime;
  /** The largest file that the runtime can load here, or undefined for no limit. */
  readonly maxModelBytes: number | undefined;
  /** Where models lie, in words of the host: a path, or what the browser calls it. For details, never for access. */
  readonly storageName: string;
  /** Asks the host never to evict models. True where it never does; may be called again. */
  requestPersistence(): Promise<boolean>;
}

/** What whoever serves or starts the app decided. Read once, at start. */
export interface AppEnvironment {
  /** The hub's origin, without a trailing slash; `https://huggingface.co` unless somebody set another. */
  readonly hubEndpoint: string;
  /** The text of a catalog file, or undefined when there is none. Hostile until checked. */
  readonly catalogText: string | undefined;
}

export interface Platform {
  readonly host: Host;
  readonly environment: AppEnvironment;
  readonly files: FileStore;
  readonly downloader: Downloader;
  readonly peers: Peers;
  readonly database: SqlDatabase;
  readonly engine: LlmEngine;
  readonly clock: Clock;
  /** Gives back workers, handles and locks. */
  close(): Promise<void>;
}
