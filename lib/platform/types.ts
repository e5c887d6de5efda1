/**
 * The ports: everything that a host does for the core, on one page.
 *
 * Paths are relative to the models folder, `/`-separated, and can't leave it: an adapter
 * refuses `..`, a leading `/`, a backslash or an empty segment with NAME_INVALID. Every
 * rejection is a `ModelError`, or the signal's `AbortError`.
 */
import type { ModelError, PromptFormat } from '../errors';

/** `system`: a model that the browser or the operating system has. Its builds are no files: see `SystemModel`. */
export type Runtime = 'executorch' | 'llama.cpp' | 'system';
export type Runtimes = readonly [Runtime, ...Runtime[]];

/** One regular file below the models folder. */
export interface FileEntry {
  path: string;
  sizeBytes: number;
  /** What it occupies here: less than `sizeBytes` for a file with holes, where the host can tell. */
  usedBytes: number;
  /** No file but a link to a folder, which leads somewhere or nowhere. */
  isLink: boolean;
  /**
   * Differs once the file was written to or another one took its name, as finely as the host can tell;
   * undefined where it can't. A move keeps it. Says nothing after a restart.
   */
  version: string | undefined;
}

/** Hears of a file or folder that can't be read, and why. */
export type OnUnreadable = (path: string, failure: ModelError<'STORAGE_UNAVAILABLE'>) => void;

export interface AppendRequest {
  /** The record, made when it is missing. */
  path: string;
  text: string;
  /** A file whose bytes are to be on the disk for good first; then the record is, too. */
  durableAfter?: string;
}

/**
 * The models folder. No method leaves a half-written file under the name it was given. None writes, moves or
 * removes a link in a model's place, or what is behind it: FOLDER_LINKED. Hosts on which nobody can make
 * links have none.
 */
export interface FileStore {
  /**
   * Every regular file below `folder` (`''` is the whole store), at any depth, in no order.
   * Empty when the folder doesn't exist. Links are neither listed nor followed, but for one in a model's
   * place at the top: it is an entry itself, and so are the files right behind it, which can be read by
   * their paths and occupy nothing here. What a writer that died left on its way to a record's name
   * isn't listed, and removed once nobody can be writing it. What can't be read below the folder is left out, and told to `onUnreadable`.
   * @throws ModelError STORAGE_UNAVAILABLE when the folder can't be read, which says nothing about
   * what is in it; on hosts where nobody else can put anything there, also for a folder below it.
   */
  list(folder: string, onUnreadable?: OnUnreadable): Promise<FileEntry[]>;
  /** The text of a small record, or undefined when there is none. At most 1 MiB is read. */
  readText(path: string): Promise<string | undefined>;
  /** Replaces the file at once and for good: a reader sees the old text or the new. */
  writeText(path: string, text: string): Promise<void>;
  /** Adds to the end of a record. A crash may keep any part of `text`; a power cut, without `durableAfter`, none. */
  append(request: AppendRequest): Promise<void>;
  /** Renames one file over whatever file has that name, making folders as needed. Never a copy. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all it holds, links in it too, never what they lead to. Absent is fine. */
  remove(path: string): Promise<void>;
  /** Bytes that can still be written, or undefined where the host doesn't tell. A browser's answer is an estimate. */
  freeBytes(): Promise<number | undefined>;
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

/** The digest of a file from its first byte to where it stands, read back in bounded memory. */
export interface RunningDigest {
  /**
   * Reads on to each of `ends` in turn; resolves with the lower-case hex of all bytes before each.
   * @throws ModelError DISK_IO also when the file ends sooner; where it stands then is nobody's to know
   */
  readTo(ends: readonly number[]): Promise<string[]>;
  /** Goes back to the end before the last. */
  stepBack(): Promise<void>;
  close(): Promise<void>;
}

/** Reads files back from the disk, aside from whoever writes them at the same time. */
export interface Digester {
  /** @throws ModelError DISK_IO when there is no such file */
  open(request: DigestRequest): Promise<RunningDigest>;
  /**
   * A few bytes of a file, fewer only at its end; undefined where the host reads none out.
   * @throws ModelError DISK_IO when there is no such file
   */
  readBytes(request: BytesRequest): Promise<Uint8Array | undefined>;
}

export interface FileRequest {
  url: string;
  path: string;
  /** The first byte to fetch, written at the same place in the file at `path`. */
  offsetBytes: number;
  /** One past the last byte to fetch; undefined for all that follow. */
  endBytes: number | undefined;
  /** The exact size of the whole file, or undefined where nobody stated one. */
  expectedBytes: number | undefined;
  /** Whether the whole file may come in place of the range, over what is here; where it mayn't, that is RANGE_INVALID. */
  acceptsWhole: boolean;
  /**
   * Whether nothing of what follows `offsetBytes` counts or is under way: more than was asked for may come, over
   * whatever lies there.
   */
  isRest: boolean;
  /**
   * Names of the version that other ranges of the file are of, as answers told them; none while
   * nobody has said. A server may be asked for that version alone, where the host can ask so. Undefined
   * where any version will do, for a digest judges in the end.
   */
  versions: readonly string[] | undefined;
}

/** What the server sends. */
export interface FileAnswer {
  /** Where its first byte is written: 0 when it ignored the range. */
  offsetBytes: number;
  /** One past its last byte; undefined when it doesn't say. */
  endBytes: number | undefined;
  /** The size of the whole file; undefined when it doesn't say. */
  totalBytes: number | undefined;
  /** Names of the version of its bytes, to be compared by `isSameVersion`. None where nothing identifies it. */
  versions: readonly string[];
  /** The address that answered, after redirects: good for other ranges until it expires. Signed, so never to be kept. */
  url: string;
  /** How many ranges of this address are worth fetching at once. */
  maxConnections: number;
  /**
   * Whether the system brings it: also while this app sleeps or is gone, and waiting for a network
   * by itself. Silence then says nothing. Everything that follows `offsetBytes` comes, also past what was asked
   * for, and of that no byte is in the file before many are.
   */
  isHandedOver: boolean;
}

export interface FileEvents {
  /** Once, before the first byte is written. */
  onAnswer(answer: FileAnswer): void;
  /** Everything from the answer's `offsetBytes` to here is written. */
  onProgress(endBytes: number): void;
  /** Of an answer that was handed over: what the system has and the file hasn't; `isHeld` while it waits for Wi-Fi. */
  onUnderway(receivedBytes: number, isHeld: boolean): void;
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

export interface TextEvents {
  /** So much of the body is here; called with 0 when the head is. */
  onProgress(receivedBytes: number): void;
}

/** A file that the system brings, or has brought. */
export interface Underway {
  path: string;
  /** What the system has of it and the file hasn't. */
  receivedBytes: number;
  /** Whether nothing happens to it until it is fetched again. */
  isPaused: boolean;
}

/** Moves bytes from the network into the store. The transfer belongs to the host: no model byte crosses the core. */
export interface Downloader {
  /**
   * Makes one attempt to bring a range of a file to `path`: a single request, no retry. Resolves
   * when every byte of the answer is written. Other ranges of the same file may be under way; bytes
   * outside the answer stay as they are, but for those past a stated total, which are cut off.
   * Bytes that arrived before a failure stay, and after a rejection nothing is written: somebody else
   * may fetch the same bytes then. An error page never reaches the file.
   * @throws ModelError NET_*, HTTP_*, REDIRECT_UNSAFE, NOT_A_MODEL, RANGE_INVALID, REMOTE_CHANGED, LENGTH_MISMATCH, NO_SPACE, DISK_IO, STORAGE_BUSY.
   */
  fetchFile(request: FileRequest, events: FileEvents, signal: AbortSignal): Promise<void>;
  /** The most that all transfers together may take from now on; undefined for no limit. */
  setRateLimit(bytesPerSecond: number | undefined): void;
  /**
   * Whether files wait for a network that isn't metered; the few bytes that ask for their addresses
   * don't. What the system brings it holds back by itself, also while the app is gone, where it was
   * handed over after this; else it is held back while the app runs. Nothing happens on a host that
   * doesn't tell networks apart.
   */
  setWifiOnly(isKept: boolean): void;
  /** What was handed over and isn't in its place yet, also by an earlier run of the app. `fetchFile` goes on with it. */
  underway(): Promise<readonly Underway[]>;
  /**
   * Reads a small answer whatever its status: a single request, no retry, and no limit on its time.
   * @throws ModelError NET_*, REDIRECT_UNSAFE, or HTTP_UNEXPECTED when it is longer than `maxBytes`.
   */
  fetchText(request: TextRequest, events: TextEvents, signal: AbortSignal): Promise<TextAnswer>;
  /** Copies a file that is packaged with the app to `path`. @throws ModelError MODEL_MISSING for an unknown id. */
  copyBundled(requireId: string, path: string, signal: AbortSignal): Promise<void>;
}

/** What excludes others from a folder of the store. */
export interface FolderLock {
  name: string;
  /** Where owners leave what the next one goes on with. */
  folder: string;
}

/** What the owner of a folder may count on. */
export interface OwnFolder {
  /** Aborted when another owner took the folder over, because this one had stood still for too long. */
  readonly lost: AbortSignal;
  /**
   * The place for this owner's work, with what earlier owners left; nobody else writes there. It is
   * `folder` itself, and so the same for each owner, where locks reach everybody who can write to the
   * store. `isSound` is false when what is there was copied from an owner who may not be dead.
   */
  take(): Promise<{ path: string; isSound: boolean }>;
  /** A last look before others are to rely on what was done. @throws ModelError STORAGE_BUSY when the folder was lost */
  confirm(): Promise<void>;
}

/** Other tabs or processes that share this store. */
export interface Peers {
  /**
   * Runs `work` while nobody else on this device who shares the store holds `name`. Released when the
   * work settles and when its owner dies. `onWait` is called once when somebody else holds it.
   */
  withLock<T>(name: string, work: () => Promise<T>, options?: LockOptions): Promise<T>;
  /**
   * The same for one folder, and against everybody who can write to the store, also from where no lock
   * reaches. An owner out of reach who gives no sign of life for a while loses the folder.
   */
  withFolder<T>(
    lock: FolderLock,
    work: (own: OwnFolder) => Promise<T>,
    options?: LockOptions,
  ): Promise<T>;
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
  /** Whether its file was damaged beyond use when this was opened: it was set aside, and this one began empty. */
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
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
  contextTokens: number;
  /** How conversations are written for it; undefined for the template that it brings itself. */
  promptFormat?: PromptFormat | undefined;
}

export interface LoadOptions {
  /** How far it is, in [0, 1], never falling. Not called where the engine tells nothing. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

export interface GenerateRequest {
  /**
   * At most one system message, which comes first; then questions and answers in turn, from a
   * question to a question, none of them empty. No more is needed for any model's chat template:
   * the engine puts the system message into the first question where the template has no place for it.
   */
  messages: readonly ChatMessage[];
  maxTokens: number;
  temperature: number;
  /** Only the likeliest tokens that together have this probability are drawn from, in (0, 1]. See `honoursTopP`. */
  topP: number;
  /** Whether a model that can think before it answers may. Others take no notice. */
  thinking: boolean;
}

/** `thought` is what a model says to itself before it answers. */
export type Channel = 'thought' | 'answer';

/** Gets the next piece of what a model says; pieces may be parts of words. */
export type OnText = (text: string, channel: Channel) => void;

export interface GenerationStats {
  /** All tokens of the prompt, also those that the engine remembered from the answer before. 0 where the engine doesn't tell. */
  promptTokens: number;
  /** Thoughts included. 0 where the engine doesn't tell. */
  generatedTokens: number;
  timeToFirstTokenMs: number;
  /** Of reading what of the prompt wasn't remembered; undefined where the engine doesn't tell. */
  prefillTokensPerSecond: number | undefined;
  /** Of generation alone, without the prompt. 0 when there was only one token, or the engine doesn't tell. */
  tokensPerSecond: number;
  /** `length`: the token limit or the end of the context. */
  finishReason: 'stop' | 'length';
}

/** What a model got when it was loaded. */
export interface ModelFacts {
  /** The conversation's longest, in tokens: what was asked for, or less where the file allows no more. */
  contextTokens: number;
  /** What computes, in the engine's words: `CPU, 4 threads`. */
  backend: string;
  /** What it occupies in memory, by the engine's own account; undefined where that gives none. */
  memoryBytes: number | undefined;
}

/** A model in memory. */
export interface LoadedModel {
  readonly facts: ModelFacts;
  /**
   * Streams an answer. Aborting rejects with AbortError and leaves the model usable; calls that
   * overlap are answered one after the other.
   * @throws ModelError GENERATION_FAILED, also after `unload` or a crash of the engine; CONTEXT_FULL;
   * TEMPLATE_INVALID, having computed nothing; SYSTEM_MODEL
   */
  generate(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationStats>;
  /** Gives its memory back. Idempotent; an answer under way is aborted first. */
  unload(): Promise<void>;
}

/** `downloading`: whoever asked for it. */
export type SystemAvailability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

/** A model that belongs to the system, which brings, keeps and removes it by its own rules. No byte of it is in the store. */
export interface SystemModel {
  /** Asks anew. Never rejects: where the system can't tell just now, what it last said holds. */
  availability(): Promise<SystemAvailability>;
  /** Hears of each answer of `availability` that isn't the one before it, whoever asked. Returns the way to stop. */
  subscribe(listener: (availability: SystemAvailability) => void): () => void;
  /**
   * Has the system bring it, or joins where that is under way. Call it right after a person's press, which some
   * systems ask for. `onProgress` hears which part is here, in [0, 1], never falling. Aborting rejects with
   * AbortError and ends the waiting alone: the system may go on.
   * @throws ModelError SYSTEM_MODEL
   */
  bring(onProgress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
}

/** Brings models into memory, as many as fit. */
export interface LlmEngine {
  /** Whose engine computes, and which version: measurements are worth nothing without it. */
  readonly engineName: string;
  readonly engineVersion: string;
  /** Whether `topP` changes anything here. */
  readonly honoursTopP: boolean;
  /** Set where `temperature` changes nothing. */
  readonly ignoresTemperature?: true;
  /** Of the runtime `system`: the model that it runs, in place of files. `load` then takes no notice of paths. */
  readonly systemModel?: SystemModel;
  /**
   * Loads one more model; those that are there stay. One at a time: the caller serialises.
   * A damaged file is an error, never the end of the process. A chat template that is of no use is
   * told by the first answer: the model itself is well.
   * @throws ModelError LOAD_FAILED, with nothing of it left in memory; UNSUPPORTED; APP_INCOMPLETE; SYSTEM_MODEL
   */
  load(request: LoadRequest, options?: LoadOptions): Promise<LoadedModel>;
}

/** Who runs the builds of a runtime; undefined where nobody here does. */
export type Engines = Readonly<Partial<Record<Runtime, LlmEngine>>>;

/** Time, so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970, for records. */
  nowMs(): number;
  /** Milliseconds since some moment, never going back, for rates and stalls. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; returns the way to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** `hidden`: the page or app went out of sight. `memory-pressure`: the system asks for memory back. */
export type HostEvent = 'hidden' | 'shown' | 'memory-pressure';

/** Bytes of the device's memory; undefined where the host doesn't tell. A browser rounds, and caps. */
export interface HostMemory {
  totalBytes: number | undefined;
  /** What could be taken now without putting anything aside. */
  availableBytes: number | undefined;
}

/** What this device is and allows. */
export interface Host {
  readonly kind: 'web' | 'node' | 'ios' | 'android' | 'memory';
  /** Whose builds can be installed here; where a model has several of them, the first is taken. */
  readonly runtimes: Runtimes;
  /** The largest file that the runtime can load here, or undefined for no limit. */
  readonly maxModelBytes: number | undefined;
  /** Where models lie, in words of the host: a path, or what the browser calls it. For details, never for access. */
  readonly storageName: string;
  /** Differs after each start of the device's system; undefined where the host doesn't tell. */
  readonly bootId: string | undefined;
  /** Asks the host never to evict models. True where it never does; may be called again. */
  requestPersistence(): Promise<boolean>;
  /** The device in words for a table of measurements: `Linux, Chromium 156, 2 threads`. Nothing that tells whose it is. */
  readonly deviceName: string;
  memory(): Promise<HostMemory>;
  /**
   * Begins to watch; what it returns tells the share of the time since then in which this process
   * had its hands full, in [0, 1]. Absent where nobody can tell.
   */
  watchLoad?(): () => number;
  /**
   * What `keepLastWords` was last told when somebody closed the page or loaded it anew. Undefined when
   * that was nothing, when the app was killed, and on hosts whose apps only ever are.
   */
  readonly lastWords: string | undefined;
  /** Asks `words` what to keep for the next start, at the moment when the page is left. Undefined is nothing. */
  keepLastWords(words: () => string | undefined): void;
  /** Returns the way to stop. */
  subscribe(listener: (event: HostEvent) => void): () => void;
}

/** What whoever serves or starts the app decided. Read once, at start. */
export interface AppEnvironment {
  /** The hub's address, without a trailing slash; it may lie below a path. `https://huggingface.co` unless somebody set another. */
  readonly hubEndpoint: string;
  /** The text of a catalog file, or undefined when there is none. Hostile until checked. */
  readonly catalogText: string | undefined;
}

export interface Platform {
  readonly host: Host;
  readonly environment: AppEnvironment;
  readonly files: FileStore;
  readonly digester: Digester;
  readonly downloader: Downloader;
  readonly peers: Peers;
  readonly database: SqlDatabase;
  readonly engines: Engines;
  readonly clock: Clock;
  /** Gives back workers, handles and locks. */
  close(): Promise<void>;
}
