/**
 * The ports: everything that a host does for the core, on one page.
 *
 * Paths are relative to the models folder, `/`-separated, and can't leave it: an adapter
 * refuses `..`, a leading `/`, a backslash or an empty segment with NAME_INVALID. Every
 * rejection is a `ModelError`, or the signal's `AbortError`.
 */
import type { ModelError, PromptFormat } from '../errors';
import type { AppStorage, DeviceFacts } from './factsPort';
import type { FileArrivals, FilePlace, ForeignFiles, PickedFiles } from './givenFilesPort';
import type { Places } from './placesPort';
import type { FileRanges, StoredRange } from './rangesPort';
import type { HubSignIn } from './signInPort';

/** `system`: a model that belongs to the browser or operating system. Its builds aren't files: see `SystemModel`. */
export type Runtime = 'executorch' | 'llama.cpp' | 'system';
export type Runtimes = readonly [Runtime, ...Runtime[]];

/** One regular file below the models folder. */
export interface FileEntry {
  path: string;
  sizeBytes: number;
  /** The space that it occupies in the store: less than `sizeBytes` for a sparse file, where the host can tell. */
  usedBytes: number;
  /** Whether the entry isn't a file but a link to a folder. The folder may not exist. */
  isLink: boolean;
  /** Of a file with several names, here or elsewhere: the same `id` for all of them, and how many there are. */
  shared?: { id: string; names: number };
  /**
   * Changes when the file is written or replaced by another file, as finely as the host can tell;
   * undefined where the host can't tell. A move keeps it. Can't be compared after a restart.
   */
  version: string | undefined;
}

/** Called for each file or folder that can't be read, with the reason. */
export type OnUnreadable = (
  path: string,
  failure: ModelError<'STORAGE_UNAVAILABLE'> | ModelError<'PLACE_MISSING'>,
) => void;

export interface AppendRequest {
  /** The record; created when it is missing. */
  path: string;
  text: string;
  /** A file that is made durable before the text is added; the record is then made durable, too. */
  durableAfter?: string;
}

/**
 * The models folder. No method leaves a half-written file under the name it was given. A model's folder may be
 * replaced by a link: methods that would write, move or remove the link, or files behind it, reject with
 * FOLDER_LINKED. Hosts that don't let anyone create links have no such case.
 */
export interface FileStore {
  /**
   * Every regular file below `folder` (`''` is the whole store), at any depth, in no order.
   * Empty when the folder doesn't exist. Links are neither listed nor followed, except a link in the place of a
   * model's folder, at the top of the store. That link is an entry, and so are the files directly in the linked
   * folder: they can be read by their paths and have `usedBytes` 0. A temporary file of a record, left by a
   * writer that died, isn't listed, and is removed once no writer can still be using it. Files and folders
   * that can't be read below the folder are left out and reported to `onUnreadable`; so is, in a list of the whole store,
   * the folder of each model at a place that isn't connected (PLACE_MISSING).
   * @throws ModelError STORAGE_UNAVAILABLE when the folder can't be read: its content is then unknown.
   * On hosts where no other program can write to the store, also for a folder below it.
   */
  list(folder: string, onUnreadable?: OnUnreadable): Promise<FileEntry[]>;
  /** The text of a small record, or undefined when there is none. At most 1 MiB is read. */
  readText(path: string): Promise<string | undefined>;
  /** Replaces the file atomically and durably: a reader sees the old text or the new text. */
  writeText(path: string, text: string): Promise<void>;
  /**
   * Adds to the end of a record. A crash may keep only a part of `text`. A power cut may keep none of it,
   * unless `durableAfter` is given.
   */
  append(request: AppendRequest): Promise<void>;
  /**
   * Renames one file, replacing any file that has the new name; makes folders as needed, and the bytes durable. Never
   * copies, except between two volumes (see `Places`).
   */
  move(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all its content. Removes links in it, never their targets. Absent is fine. */
  remove(path: string): Promise<void>;
  /**
   * Bytes that can still be written to the volume of a path, by default the store's; undefined where the host doesn't
   * tell, and for a place that isn't connected. A browser's answer is an estimate.
   */
  freeBytes(path?: string): Promise<number | undefined>;
}

export interface DigestRequest {
  path: string;
  /** `git-sha1` is the hub's identity of a small file: SHA-1 over `blob <bytes>\0` and the bytes. */
  algorithm: 'sha256' | 'git-sha1';
}

export interface BytesRequest {
  path: string;
  startBytes: number;
  /** At most a mebibyte. */
  lengthBytes: number;
}

/** The digest of a file from its first byte to the current position, read from the disk in bounded memory. */
export interface RunningDigest {
  /**
   * Reads on to each of `ends` in turn; resolves with one digest per end, in lower-case hex, of all bytes before it.
   * @throws ModelError DISK_IO also when the file ends sooner; the position is then undefined
   */
  readTo(ends: readonly number[]): Promise<string[]>;
  /** Moves the position back to the end before the last one that was read. */
  stepBack(): Promise<void>;
  close(): Promise<void>;
}

/** Reads files back from the disk, without disturbing writers that work at the same time. */
export interface Digester {
  /** @throws ModelError DISK_IO when there is no such file */
  open(request: DigestRequest): Promise<RunningDigest>;
  /**
   * A few bytes of a file, fewer than requested only at its end. Undefined on hosts without this function.
   * @throws ModelError DISK_IO when there is no such file
   */
  readBytes(request: BytesRequest): Promise<Uint8Array | undefined>;
}

export interface FileRequest {
  url: string;
  path: string;
  /** The first byte to fetch, written at the same place in the file at `path`. */
  offsetBytes: number;
  /** One past the last byte to fetch; undefined for all following bytes. */
  endBytes: number | undefined;
  /** The exact size of the whole file, or undefined where it isn't known. */
  expectedBytes: number | undefined;
  /** Whether an answer may bring the whole file in place of the range, over the bytes here; if not: RANGE_INVALID. */
  acceptsWhole: boolean;
  /**
   * Whether all bytes from `offsetBytes` on may be overwritten: none of them is of use, and no other request is
   * fetching them. The host may then fetch more than was asked for.
   */
  isRest: boolean;
  /**
   * The version names that came with other ranges of this file; empty while no answer has named a version.
   * The host may ask the server for exactly this version, where it can. Undefined where any version
   * is accepted, because a digest is checked in the end.
   */
  versions: readonly string[] | undefined;
}

/** What the server sends. */
export interface FileAnswer {
  /** The place in the file where its first byte is written: 0 when the server ignored the range. */
  offsetBytes: number;
  /** One past its last byte; undefined when the answer doesn't state it. */
  endBytes: number | undefined;
  /** The size of the whole file; undefined when the answer doesn't state it. */
  totalBytes: number | undefined;
  /** Names of the version of its bytes; compare with `isSameVersion`. Empty where the answer names no version. */
  versions: readonly string[];
  /** The address that answered, after redirects: good for other ranges until it expires. Signed, so never store it. */
  url: string;
  /** How many ranges of this address are worth fetching at once. */
  maxConnections: number;
  /**
   * Whether the operating system does the transfer, also while this app sleeps or isn't running. The system waits
   * for a network by itself, so a pause doesn't mean that the transfer has failed. It brings everything from
   * `offsetBytes` on, also beyond the requested end, and adds it to the file in large pieces.
   */
  isHandedOver: boolean;
}

export interface FileEvents {
  /** Once, before the first byte is written. */
  onAnswer(answer: FileAnswer): void;
  /** Every byte from the answer's `offsetBytes` up to `endBytes` is written. */
  onProgress(endBytes: number): void;
  /**
   * Only for an answer with `isHandedOver`: bytes that the system has received and that aren't in the file yet;
   * `isHeld` while the transfer waits for Wi-Fi.
   */
  onUnderway(receivedBytes: number, isHeld: boolean): void;
}

/** A part of a file that is read into memory. */
export interface RangeRequest {
  url: string;
  startBytes: number;
  /** At most 4 MiB. */
  lengthBytes: number;
}

export interface RangeAnswer {
  /** The file's bytes from `startBytes` on. Fewer than requested where the file ends, or where the server sends fewer. */
  bytes: Uint8Array;
  /** The size of the whole file; undefined when the answer doesn't state it. */
  totalBytes: number | undefined;
  /** As in `FileAnswer`. */
  url: string;
  /** As in `FileAnswer`. */
  versions: readonly string[];
  /** Of the whole file, in lower-case hex, where the server states it. */
  sha256: string | undefined;
}

/** A token of a service that the hub named, such as its store of chunks. */
export interface ServiceToken {
  value: string;
  /** Sent to addresses below this one, and to no other. */
  endpoint: string;
}

export interface TextRequest {
  url: string;
  /** Asks for the answer about these bytes of what the address names; not with a body. The end isn’t included. */
  about?: StoredRange;
  /** A JSON body makes it a POST. */
  json?: unknown;
  /** So do the fields of a form. They may be secrets, so a redirect of such a request is REDIRECT_UNSAFE. */
  form?: Readonly<Record<string, string>>;
  /** Sent in place of the host's token, under the same rule; null for no token. */
  token?: string | ServiceToken | null;
  maxBytes: number;
}

export interface TextAnswer {
  status: number;
  text: string;
  /** Header names in lower case; in a browser only those that the server exposes. */
  headers: Readonly<Record<string, string>>;
}

export interface TextEvents {
  /** The number of body bytes received so far; called with 0 when the head has arrived. */
  onProgress(receivedBytes: number): void;
}

/** A file that the system transfers, or has transferred. */
export interface Underway {
  path: string;
  /** Bytes that the system has received and that aren't in the file yet. */
  receivedBytes: number;
  /** Whether the transfer stands still until `fetchFile` is called again. */
  isPaused: boolean;
}

/**
 * Moves bytes from the network into the store. The host does the transfer: no model byte passes through the core,
 * except the beginnings of files that `fetchRange` reads.
 */
export interface Downloader {
  /**
   * Makes one attempt to bring a range of a file to `path`: a single request, no retry. Resolves
   * when every byte of the answer is written. Other ranges of the same file may be under way. Bytes
   * outside the answer stay as they are, except that bytes beyond a stated total are cut off.
   * Bytes that arrived before a failure stay. After a rejection nothing more is written, so another
   * call may fetch the same bytes. An error page is never written to the file.
   * @throws ModelError NET_*, HTTP_*, REDIRECT_UNSAFE, NOT_A_MODEL, RANGE_INVALID, REMOTE_CHANGED, LENGTH_MISMATCH,
   * NO_SPACE, DISK_IO, STORAGE_BUSY.
   */
  fetchFile(request: FileRequest, events: FileEvents, signal: AbortSignal): Promise<void>;
  /** Limits the rate of all transfers together from now on; undefined for no limit. */
  setRateLimit(bytesPerSecond: number | undefined): void;
  /**
   * Whether file transfers wait for an unmetered network; the small requests for their addresses don't wait.
   * A transfer that is handed to the system after this call is held back by the system, also while the
   * app isn't running. Any other transfer is held back while the app runs. Does nothing on a host that
   * can't tell networks apart.
   */
  setWifiOnly(isKept: boolean): void;
  /** Files handed over, also by an earlier run of the app, that aren't in place yet. `fetchFile` continues them. */
  underway(): Promise<readonly Underway[]>;
  /**
   * Reads a small answer with any status: a single request, no retry, and no time limit.
   * @throws ModelError NET_*, REDIRECT_UNSAFE, or HTTP_UNEXPECTED when it is longer than `maxBytes`.
   */
  fetchText(request: TextRequest, events: TextEvents, signal: AbortSignal): Promise<TextAnswer>;
  /**
   * Reads a part of a file into memory: a single request, no retry, no time limit, and nothing is written to the store.
   * Where the server ignores the range, the beginning of its answer is used if it was asked for the beginning. In any
   * case the connection is closed after the last requested byte, so that no more than that is transferred.
   * @throws ModelError NET_*, HTTP_*, REDIRECT_UNSAFE, NOT_A_MODEL, RANGE_INVALID
   */
  fetchRange(request: RangeRequest, events: TextEvents, signal: AbortSignal): Promise<RangeAnswer>;
  /** Copies a file that is packaged with the app to `path`. @throws ModelError MODEL_MISSING for an unknown id. */
  copyBundled(requireId: string, path: string, signal: AbortSignal): Promise<void>;
}

/** A lock on a folder of the store. */
export interface FolderLock {
  name: string;
  /** The folder where each owner leaves its work, for the next owner to continue. */
  folder: string;
}

/** The rights of a folder's current owner. */
export interface OwnFolder {
  /** Aborted when another owner has taken the folder over, because this owner gave no sign of life for too long. */
  readonly lost: AbortSignal;
  /**
   * The folder for this owner's work, with the work of earlier owners; no other owner writes there. Where
   * locks reach every process that can write to the store, it is `folder` itself, the same for each owner.
   * `isSound` is false when the content was copied from an earlier owner that may still be running.
   */
  take(): Promise<{ path: string; isSound: boolean }>;
  /** A last check before others use the work. @throws ModelError STORAGE_BUSY when the folder was lost */
  confirm(): Promise<void>;
}

/** Other tabs or processes that share this store. */
export interface Peers {
  /**
   * Runs `work` while no other tab or process on this device that shares the store holds `name`. Released
   * when the work settles and when its owner dies. `onWait` is called once when another owner holds the lock.
   */
  withLock<T>(name: string, work: () => Promise<T>, options?: LockOptions): Promise<T>;
  /**
   * Like `withLock`, for one folder. It also excludes processes that can write to the store but that the lock
   * doesn't reach. Such an owner loses the folder when it gives no sign of life for a while.
   */
  withFolder<T>(
    lock: FolderLock,
    work: (own: OwnFolder) => Promise<T>,
    options?: LockOptions,
  ): Promise<T>;
  /** Sends to all other tabs or processes, never to the sender itself. `message` is plain data. */
  send(message: unknown): void;
  /** Check messages before trusting them: any page on this origin can send. Returns the function to unsubscribe. */
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
  /** Whether the file was damaged beyond use at opening. It was then set aside, and this database began empty. */
  wasReset(): Promise<boolean>;
  close(): Promise<void>;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface LoadRequest {
  /** Weights and, where the runtime needs them, tokenizer files; paths in the store. */
  ptePath: string;
  /** The other files of weights that were split into several, in their order; `ptePath` is the first. */
  moreWeightsPaths?: readonly string[];
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
  contextTokens: number;
  /** The format in which conversations are written for the model; undefined for the model's own template. */
  promptFormat?: PromptFormat | undefined;
}

export interface LoadOptions {
  /** The loaded fraction, in [0, 1], never falling. Not called where the engine doesn't report it. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

export interface GenerateRequest {
  /**
   * At most one system message, which comes first. Then questions and answers in turn, beginning and
   * ending with a question, none of them empty. Every model's chat template can be used with this:
   * the engine puts the system message into the first question where the template has no place for it.
   */
  messages: readonly ChatMessage[];
  maxTokens: number;
  temperature: number;
  /** Tokens are drawn only from the likeliest that together have this probability, in (0, 1]. See `honoursTopP`. */
  topP: number;
  /** Whether a model that can think before it answers may do so. Other models ignore it. */
  thinking: boolean;
}

/** `thought` is the model's reasoning before its answer. */
export type Channel = 'thought' | 'answer';

/** Receives the next piece of the model's output; pieces may be parts of words. */
export type OnText = (text: string, channel: Channel) => void;

export interface GenerationStats {
  /** All tokens of the prompt, also those cached from the previous answer. 0 where the engine doesn't report it. */
  promptTokens: number;
  /** Thoughts included. 0 where the engine doesn't report it. */
  generatedTokens: number;
  timeToFirstTokenMs: number;
  /** For reading the part of the prompt that wasn't cached; undefined where the engine doesn't report it. */
  prefillTokensPerSecond: number | undefined;
  /** For generation alone, without the prompt. 0 when there was only one token, or the engine doesn't report it. */
  tokensPerSecond: number;
  /** `length`: the token limit or the end of the context. */
  finishReason: 'stop' | 'length';
}

/** Properties of a loaded model. */
export interface ModelFacts {
  /** The longest possible conversation, in tokens: the requested number, or fewer where the file allows no more. */
  contextTokens: number;
  /** The hardware that computes, in the engine's words: `CPU, 4 threads`. */
  backend: string;
  /** The memory that the model occupies, as the engine reports it; undefined where it reports none. */
  memoryBytes: number | undefined;
}

/** A model in memory. */
export interface LoadedModel {
  readonly facts: ModelFacts;
  /**
   * Streams an answer. Aborting rejects with AbortError and leaves the model usable. Overlapping
   * calls are answered one after the other.
   * @throws ModelError GENERATION_FAILED, also after `unload` or a crash of the engine; CONTEXT_FULL;
   * TEMPLATE_INVALID, before anything is computed; SYSTEM_MODEL
   */
  generate(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationStats>;
  /** Frees its memory. Idempotent; an answer under way is aborted first. */
  unload(): Promise<void>;
}

/** `downloading`: no matter which program requested the download. */
export type SystemAvailability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

/** A model of the system, which downloads, keeps and removes it by its own rules. No byte of it is in the store. */
export interface SystemModel {
  /** Queries the system each time. Never rejects: where the system can't answer now, its last answer is returned. */
  availability(): Promise<SystemAvailability>;
  /** Reports each answer of `availability`, to any caller, that differs from the last. Returns the way to stop. */
  subscribe(listener: (availability: SystemAvailability) => void): () => void;
  /**
   * Has the system download the model, or joins a download under way. Call it directly after a person's press,
   * which some systems require. `onProgress` receives the downloaded fraction, in [0, 1], never falling. Aborting
   * rejects with AbortError and ends only the waiting: the system may continue the download.
   * @throws ModelError SYSTEM_MODEL
   */
  bring(onProgress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
}

/** What an engine of the runtime `llama.cpp` takes beside weights and cache. */
export interface EngineCosts {
  /** Bytes of each loaded model's process or memory before anything is in it. */
  ownBytes: number;
  /** Tokens that it computes at once: each needs room for its results. */
  batchTokens: number;
}

/** Loads models into memory, as many as fit. */
export interface LlmEngine {
  /** The engine's name and version: measurements mean nothing without them. */
  readonly engineName: string;
  readonly engineVersion: string;
  /** Whether `topP` has an effect. */
  readonly honoursTopP: boolean;
  /** Set where `temperature` has no effect. */
  readonly ignoresTemperature?: true;
  /** For the estimate of a model's memory. Undefined for engines whose builds need no such estimate. */
  readonly costs?: EngineCosts;
  /** Only for the runtime `system`: the model that the engine runs, instead of files. `load` then ignores paths. */
  readonly systemModel?: SystemModel;
  /**
   * Loads one more model; models in memory stay. One at a time: the caller serialises.
   * A damaged file causes an error and never ends the process. An unusable chat template is reported
   * with the first answer and not here, because the model itself is sound.
   * @throws ModelError LOAD_FAILED, with nothing of it left in memory; UNSUPPORTED; APP_INCOMPLETE; SYSTEM_MODEL
   */
  load(request: LoadRequest, options?: LoadOptions): Promise<LoadedModel>;
}

/** The engine that runs the builds of each runtime; undefined where this host has no such engine. */
export type Engines = Readonly<Partial<Record<Runtime, LlmEngine>>>;

/** Time, as a port so that tests can control it. */
export interface Clock {
  /** Milliseconds since 1970, for records. */
  nowMs(): number;
  /** Milliseconds since an arbitrary moment, never decreasing, for rates and stalls. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; returns the function to cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

/** `hidden`: the page or app went out of sight. `memory-pressure`: the system asks the app to free memory. */
export type HostEvent = 'hidden' | 'shown' | 'memory-pressure';

/** Bytes of the device's memory; undefined where the host doesn't tell. A browser rounds and caps the number. */
export interface HostMemory {
  totalBytes: number | undefined;
  /** Memory that could be allocated now without swapping. */
  availableBytes: number | undefined;
}

/** This device: its properties and its limits. */
/** Messages of the system, shown also while the app is out of sight. */
export interface Notifications {
  /** Undefined until a person was asked. Can change at any time, in the system's settings. */
  isAllowed(): boolean | undefined;
  /** Asks the person, at most once for each page; only right after a press. Resolves with the answer. */
  ask(): Promise<boolean>;
  /** Shows nothing where it isn't allowed. A later one with the same id takes its place. A press on it shows the app. */
  show(notification: { id: string; title: string; text: string }): void;
}

export interface Host {
  readonly kind: 'web' | 'node' | 'ios' | 'android' | 'memory';
  /** Runtimes whose builds can be installed here. Where a model has builds for several, the first one's is taken. */
  readonly runtimes: Runtimes;
  /** The largest file that the runtime can load here, or undefined for no limit. */
  readonly maxModelBytes: number | undefined;
  /** The place of the models, in words of the host: a path, or the browser's name for it. To show, never for access. */
  readonly storageName: string;
  /**
   * The place of a path in the store, whether or not there is a file. Absent on hosts whose files have no paths.
   * @throws ModelError NAME_INVALID
   */
  placeOf?(path: string): FilePlace;
  /**
   * Makes `to` another name of the file at `from`, in one step and in place of the file that has that name. False, with
   * nothing changed, where the file system can't do that. Absent on hosts that can't. @throws ModelError DISK_IO
   */
  shareFile?(from: string, to: string): Promise<boolean>;
  /** Absent on hosts where no other program's files can be reached. */
  readonly foreignFiles?: ForeignFiles;
  /** Absent on hosts where a person can’t choose files. */
  readonly pickedFiles?: PickedFiles;
  /** Absent on hosts where files are named by their paths only. */
  readonly fileArrivals?: FileArrivals;
  /**
   * Whether the network in use now is metered; undefined while that isn't known. Absent on hosts that can't tell
   * networks apart.
   */
  isMetered?(): boolean | undefined;
  /** Differs after each start of the device's system; undefined where the host doesn't tell. */
  readonly bootId: string | undefined;
  /** Absent where the system has none, or tells of downloads by itself. */
  readonly notifications?: Notifications;
  /** Asks the host never to evict models. True where models are never evicted; may be called again. */
  requestPersistence(): Promise<boolean>;
  /** The device, for a table of measurements: `Linux, Chromium 156, 2 threads`. Never identifies its owner. */
  readonly deviceName: string;
  memory(): Promise<HostMemory>;
  /**
   * The most that this app may keep, in bytes; undefined while that isn't known. Never rejects. Absent on hosts where
   * only the disk limits it.
   */
  quotaBytes?(): Promise<number | undefined>;
  /** Never rejects. Absent on hosts where the app keeps nothing beside the models folder. */
  appStorage?(): Promise<AppStorage>;
  /**
   * Begins to measure. The returned function gives the share of the time since then in which this process
   * was busy, in [0, 1]. Absent where the host can't measure it.
   */
  watchLoad?(): () => number;
  /**
   * The text that `keepLastWords` kept when the page was last closed or reloaded. Undefined when there was
   * none, when the app was killed, and on hosts where an app ends only by being killed.
   */
  readonly lastWords: string | undefined;
  /** Calls `words` when the page is left, and keeps its text for the next start. Undefined keeps nothing. */
  keepLastWords(words: () => string | undefined): void;
  /** Returns the function to unsubscribe. */
  subscribe(listener: (event: HostEvent) => void): () => void;
}

export interface CatalogTrust {
  /** The text of a root, as `modelshelf catalog root` writes it: the keys that this app trusts. */
  readonly rootText: string;
  /** Whether a catalog without a signature is used, too. One with a bad signature never is. */
  readonly allowsUnsigned: boolean;
}

/** Settings of the person who serves or starts the app. Read once, at start. */
export interface AppEnvironment {
  /** The hub's address, without a trailing slash; it may include a path. By default `https://huggingface.co`. */
  readonly hubEndpoint: string;
  /** The text of a catalog file, or undefined when there is none. Not to be trusted before it is checked. */
  readonly catalogText: string | undefined;
  /** The text of the catalog's `catalog.signature.json`, or undefined when there is none. Not to be trusted either. */
  readonly catalogSignature?: string | undefined;
  /** Who may sign catalogs. Without it, a catalog is used as it comes, and signatures aren't looked at. */
  readonly catalogTrust?: CatalogTrust | undefined;
  /** Where the newest catalog is, for hosts without one of their own; its signature lies beside it. */
  readonly catalogUrl?: string | undefined;
  /** The id under which the hub knows this app. Without it, a person can sign in only with a token of their own. */
  readonly oauthClientId?: string | undefined;
}

export type * from './factsPort';
export type * from './givenFilesPort';
export type * from './placesPort';
export type * from './rangesPort';
export type * from './signInPort';

export interface Platform {
  readonly host: Host;
  readonly environment: AppEnvironment;
  readonly files: FileStore;
  readonly digester: Digester;
  readonly ranges: FileRanges;
  /** Absent on hosts where all models lie on one volume. */
  readonly places?: Places;
  readonly downloader: Downloader;
  readonly signIn: HubSignIn;
  readonly peers: Peers;
  readonly database: SqlDatabase;
  readonly engines: Engines;
  readonly clock: Clock;
  /** For the doctor; takes some seconds. Never rejects: what can't be found out is undefined. */
  readFacts(): Promise<DeviceFacts>;
  /** Releases workers, handles and locks. */
  close(): Promise<void>;
}
