/** The closed set of failures that this library reports, what each carries, and what can be done about it. */

/** The ways to write a conversation for a model that the app brings itself, the most common first: see `promptFormats.ts`. */
export const PROMPT_FORMATS = [
  ...(['chatml', 'llama-3', 'inst', 'gemma'] as const),
  ...(['phi', 'zephyr', 'deepseek', 'plain'] as const),
] as const;

export type PromptFormat = (typeof PROMPT_FORMATS)[number];

/** What a host may lack that nothing here replaces. */
export const UNSUPPORTED_FEATURES = [
  'private-storage',
  'file-handles',
  'turns-between-tabs',
  'workers',
  'memory64',
  'native-module',
  'engine',
  'database',
] as const;
export type UnsupportedFeature = (typeof UNSUPPORTED_FEATURES)[number];

/** What stands in the way of a model that belongs to the browser or the system. */
export const SYSTEM_LACKS = [
  /** The system wants a person's press right before it begins to download. */
  'press',
  /** A person, a setting or a policy doesn't let this app use it, or doesn't let the system download it. */
  'denied',
  'network',
  /** It was here, and has to be brought again. */
  'gone',
  /** The system can't have it on this device. */
  'unavailable',
  /** It doesn't speak the language that was written, or would have answered in. */
  'language',
  /** The system held the answer back. */
  'filtered',
  /** The system could not start it, and says no more than `reason`. */
  'failed',
  /** Only the system removes or checks it. */
  'kept',
] as const;
export type SystemLack = (typeof SYSTEM_LACKS)[number];

/**
 * What each code carries. Values are plain data, so that a failure survives a worker,
 * a broadcast to another tab and a row in a database. No token, no signed URL: `host`
 * is a host name, `url` is only ever a URL that the registry or a catalog states.
 */
export interface ModelErrorDetails {
  /** Nobody answered: no network, DNS failure, refused connection. */
  NET_OFFLINE: { host: string };
  /** The connection ended before the body did, or came to nothing: also when its protection broke. */
  NET_INTERRUPTED: { host: string };
  /** In `waitedMs` nothing came, where `receivedBytes` is 0, or next to nothing. */
  NET_STALLED: { host: string; waitedMs: number; receivedBytes: number };
  /** The network is metered, and transfers were told to wait for one that isn't. */
  NET_METERED: { host: string };
  /** Whoever runs this said that no request may leave; `setting` is where. */
  NET_SWITCHED_OFF: { setting: string };
  /** The proxy didn't answer, or couldn't reach the host (`status` is its answer). Without sign-in, as all addresses here. */
  PROXY_UNREACHABLE: { proxy: string; host: string; status: number | undefined };
  /** The proxy wants a sign-in (407), or doesn't let anybody through to the host. */
  PROXY_DENIED: { proxy: string; host: string; status: number };
  /** A setting names a proxy that can't be used. */
  PROXY_INVALID: { setting: string; reason: 'socks' | 'unreadable' };
  /** The certificate was looked at and isn't trusted; never retried, never bypassed. */
  NET_TLS: { host: string };
  /** The server wants a sign-in, or refuses the one that was sent. */
  HTTP_DENIED: { host: string; status: number };
  /** The repository is public but its licence has to be accepted first. */
  HTTP_GATED: { host: string; status: number };
  HTTP_NOT_FOUND: { host: string; what: 'repository' | 'revision' | 'file' };
  /** `host` gave the address of the file, and whoever has the bytes there refused it, or has none. */
  STORE_REFUSED: { host: string; what: 'denied' | 'absent' };
  HTTP_RATE_LIMITED: { host: string; retryAfterMs: number | undefined };
  HTTP_SERVER: { host: string; status: number };
  HTTP_UNEXPECTED: { host: string; status: number; reason: string };
  /** An address that is never asked: http, another scheme, a name in it, or one hop too many. */
  REDIRECT_UNSAFE: { host: string; reason: string };
  /** A page answered where a model was asked for: a login page, a proxy, an error page. */
  NOT_A_MODEL: { host: string; contentType: string };
  /** The server sent another range than the one it was asked for. */
  RANGE_INVALID: { host: string; reason: string };
  /** The file upstream isn't the one that was begun. */
  REMOTE_CHANGED: { host: string };
  /** No byte came of a file that nobody had stated to have none. */
  FILE_EMPTY: { host: string };
  LENGTH_MISMATCH: { fileName: string; expectedBytes: number; actualBytes: number };
  HASH_MISMATCH: { fileName: string; expected: string; actual: string };
  /** What is installed isn't the file that the registry or a catalog names: another size, digest or name. */
  NOT_AS_PUBLISHED: { fileName: string };
  /** `freeBytes` is undefined where the host doesn't tell (a browser's quota in the middle of a write). */
  NO_SPACE: { neededBytes: number; freeBytes: number | undefined };
  DISK_IO: { path: string; reason: string };
  /** The models folder itself can't be read: says nothing about what is in it. */
  STORAGE_UNAVAILABLE: { reason: string };
  /** Another tab or process holds the file. */
  STORAGE_BUSY: { path: string };
  /** A link that somebody made in a model's place: what it leads to is read, and never written or removed. */
  FOLDER_LINKED: { path: string };
  NAME_INVALID: { name: string };
  DB_FAILED: { reason: string };
  /** The database was written by a newer version of the app. */
  DB_TOO_NEW: { foundVersion: number; knownVersion: number };
  CATALOG_INVALID: { reason: string };
  /** The model has no build that this host runs, or isn't released yet. */
  MODEL_UNAVAILABLE: { modelId: string; reason: string };
  MODEL_MISSING: { modelId: string };
  LOAD_FAILED: { path: string; reason: string };
  /** The app ended, maybe by a crash, while this model was being loaded. */
  LOAD_INTERRUPTED: { modelId: string };
  /** There is no room for it beside the model that answers. Undefined where its size isn't known. */
  NO_MEMORY: { neededBytes: number | undefined };
  GENERATION_FAILED: { reason: string };
  /** The conversation is longer than the context that the model was loaded with. */
  CONTEXT_FULL: { contextTokens: number };
  /**
   * The model's chat template can't be read, refuses what a person may ask, or leaves it out. The
   * model itself is well: another format may do, and `suggested` is its family's.
   */
  TEMPLATE_INVALID: { reason: string; suggested: PromptFormat };
  /** A file of the app itself can't be had from where the app is served, or is another than it should be. */
  APP_INCOMPLETE: { file: string; reason: string };
  /** Of a model that the system has; `reason` is the system's own word, or empty. */
  SYSTEM_MODEL: { lack: SystemLack; reason: string };
  /** This host has no adapter for what was asked. */
  UNSUPPORTED: { feature: UnsupportedFeature; host: string };
  /** A defect of ours; `reason` is for the report, not for the person. */
  INTERNAL: { reason: string };
}

export type ModelErrorCode = keyof ModelErrorDetails;

/** The one thing that a person can do. */
export type Remedy =
  | 'retry'
  | 'free-space'
  | 'open-page'
  | 'remove'
  | 'download'
  | 'repair'
  | 'reload'
  | 'new-chat'
  | 'choose-template'
  | 'none';

/** Of a file: one answer that failed so says nothing about the next (`lib/download/pieces/setbacks.ts`). */
export interface ErrorTraits {
  /** `auto`: retried with backoff before anybody is told. `user`: worth one press. `never`: would fail again. */
  retry: 'auto' | 'user' | 'never';
  /** Whether the bytes received so far stay and the next attempt goes on from them. */
  keepsBytes: boolean;
  remedy: Remedy;
}

const auto: ErrorTraits = { retry: 'auto', keepsBytes: true, remedy: 'retry' };
const byUser: ErrorTraits = { retry: 'user', keepsBytes: true, remedy: 'retry' };
const discarded: ErrorTraits = { retry: 'user', keepsBytes: false, remedy: 'retry' };
const final = (remedy: Remedy): ErrorTraits => ({ retry: 'never', keepsBytes: true, remedy });

export const ERROR_TRAITS: Readonly<Record<ModelErrorCode, ErrorTraits>> = {
  NET_OFFLINE: auto,
  NET_INTERRUPTED: auto,
  NET_STALLED: auto,
  NET_METERED: auto,
  NET_SWITCHED_OFF: final('none'),
  PROXY_UNREACHABLE: auto,
  PROXY_DENIED: byUser,
  PROXY_INVALID: final('none'),
  NET_TLS: byUser,
  HTTP_DENIED: final('open-page'),
  HTTP_GATED: final('open-page'),
  HTTP_NOT_FOUND: final('open-page'),
  STORE_REFUSED: auto,
  HTTP_RATE_LIMITED: auto,
  HTTP_SERVER: auto,
  HTTP_UNEXPECTED: byUser,
  REDIRECT_UNSAFE: byUser,
  NOT_A_MODEL: byUser,
  RANGE_INVALID: auto,
  REMOTE_CHANGED: byUser,
  FILE_EMPTY: discarded,
  LENGTH_MISMATCH: discarded,
  HASH_MISMATCH: discarded,
  NOT_AS_PUBLISHED: final('repair'),
  NO_SPACE: { retry: 'user', keepsBytes: true, remedy: 'free-space' },
  DISK_IO: byUser,
  STORAGE_UNAVAILABLE: final('reload'),
  STORAGE_BUSY: byUser,
  FOLDER_LINKED: final('none'),
  NAME_INVALID: final('none'),
  DB_FAILED: final('reload'),
  DB_TOO_NEW: final('reload'),
  CATALOG_INVALID: final('none'),
  MODEL_UNAVAILABLE: final('none'),
  MODEL_MISSING: final('download'),
  LOAD_FAILED: final('remove'),
  LOAD_INTERRUPTED: byUser,
  NO_MEMORY: final('none'),
  GENERATION_FAILED: byUser,
  CONTEXT_FULL: final('new-chat'),
  TEMPLATE_INVALID: final('choose-template'),
  APP_INCOMPLETE: { ...byUser, remedy: 'reload' },
  SYSTEM_MODEL: byUser,
  UNSUPPORTED: final('none'),
  INTERNAL: byUser,
};

/** A failure as plain data: what states, messages between tabs and `--json` carry. */
export type ModelFailure = {
  [Code in ModelErrorCode]: { code: Code; details: ModelErrorDetails[Code] };
}[ModelErrorCode];

/**
 * The only error class that the library throws on purpose; cancellation is an
 * `AbortError` and isn't one of these. Match with `isModelError` and `code`: both
 * survive a second copy of this module, `instanceof` doesn't. `message` is for logs.
 */
export class ModelError<Code extends ModelErrorCode = ModelErrorCode> extends Error {
  override readonly name = 'ModelError';
  readonly code: Code;
  readonly details: ModelErrorDetails[Code];

  constructor(code: Code, details: ModelErrorDetails[Code], options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.code = code;
    this.details = details;
  }
}

export function isModelError(error: unknown): error is ModelError {
  return error instanceof Error && error.name === 'ModelError' && 'code' in error;
}

/** Whether somebody asked for the stop: pause, cancel, leaving the page. Shown to nobody. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** What a stop that was asked for rejects with. */
export function abortError(): Error {
  const error = new Error('Called off');
  error.name = 'AbortError';
  return error;
}

/** The plain form of any thrown value; what isn't ours becomes `INTERNAL`. */
export function toFailure(error: unknown): ModelFailure {
  if (isModelError(error)) return { code: error.code, details: error.details } as ModelFailure;
  return { code: 'INTERNAL', details: { reason: describe(error) } };
}

/** The thrown form of a plain failure, for the far side of a worker. */
export function fromFailure(failure: ModelFailure, cause?: unknown): ModelError {
  return new ModelError(failure.code, failure.details, { cause });
}

/** One line about a foreign error, for a `reason`. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
